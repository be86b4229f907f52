"""Keeping what is known of a person in person: sealed, findable, and gone when it has to go.

Each person has a data key; each field is sealed with it (``sealing``). The keys live in another
database, wrapped by a ring (``key_ring``, ``key_store``, ``postgres_keys``), so that neither
database alone says anything, and whoever loses the key has forgotten the person in every backup of
the other one. Equal values are found by keyed digests of their plain form (``blind_index``).
"""
