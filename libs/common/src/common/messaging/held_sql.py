"""The statements behind ``held``."""

from typing import Final

from sqlalchemy import text

HOLD: Final = text("""
    insert into held_event (
        grp, topic, log_partition, log_offset, cluster_id, key, value, headers, logged_at,
        source, event_id, type, subject, version,
        state, reason, detail, stack, attempts, next_try_at, deadline_at
    ) values (
        :grp, :topic, :partition, :offset, :cluster_id, :key, :value, cast(:headers as json),
        :logged_at, :source, :event_id, :type, :subject, :version,
        :state, :reason, :detail, :stack, :attempts,
        clock_timestamp() + make_interval(secs => :next_try_in),
        clock_timestamp() + make_interval(secs => :deadline_in)
    )
    on conflict do nothing
""")
CHANGE: Final = text("""
    update held_event
    set state = :state, reason = :reason, detail = :detail, stack = :stack, attempts = :attempts,
        next_try_at = clock_timestamp() + make_interval(secs => :next_try_in),
        deadline_at = case when cast(:keeps_deadline as boolean) then deadline_at else
            clock_timestamp() + make_interval(secs => :deadline_in) end
    where id = :id
""")
IDENTIFY: Final = text("""
    update held_event
    set source = :source, event_id = :event_id, type = :type, subject = :subject,
        version = :version
    where id = :id
""")
LOWEST: Final = text("""
    select subject, min(held_event.version) as version
    from held_event join subject_state using (grp, topic, subject)
    where grp = :grp and topic = :topic and subject = any (cast(:subjects as text[]))
      and state <> 'discarded' and held_event.version > subject_state.version
    group by subject
""")
# The first of each subject that anything could be done about.
HEADS: Final = text("""
    select topic, subject, log_partition from (
        select distinct on (held.topic, held.subject)
            held.topic, held.subject, held.log_partition, held.state, held.reason,
            held.next_try_at, held.version, coalesce(reached.version, 0) as reached
        from held_event as held
        left join subject_state as reached using (grp, topic, subject)
        where held.grp = :grp and held.state <> 'discarded'
          and held.subject is not null and held.version is not null
          and (held.topic, held.log_partition) in (
              select * from unnest(cast(:topics as text[]), cast(:numbers as integer[]))
          )
          -- A dead letter whose version has been reached holds nobody up; it stays for inspection.
          and (held.state <> 'dead' or held.version > coalesce(reached.version, 0))
        order by held.topic, held.subject, held.version, held.id
    ) as head
    where version <= reached
       or (state <> 'dead' and next_try_at <= clock_timestamp()
           and (version = reached + 1 or reason <> 'gap'))
    limit :most
""")
NEXT: Final = text("""
    select *, headers::text as headers_text, next_try_at <= clock_timestamp() as is_due
    from held_event
    where grp = :grp and topic = :topic and subject = :subject and version > :reached
      and state <> 'discarded'
    order by version, id limit 1
""")
UNIDENTIFIED: Final = text("""
    select *, headers::text as headers_text, true as is_due
    from held_event
    where grp = :grp and state = 'waiting' and (subject is null or version is null)
    order by id limit :most
    for update skip locked
""")
OUTDATED: Final = text("""
    delete from held_event
    where grp = :grp and topic = :topic and subject = :subject and version <= :reached
      and state not in ('dead', 'discarded')
""")
EXPIRE: Final = text("""
    update held_event set state = 'dead', reason = 'expired', deadline_at = null
    where grp = :grp and state = 'parked' and deadline_at < clock_timestamp()
    returning id, topic, type, subject, version
""")
FORGET: Final = text("""
    delete from held_event
    where grp = :grp and state = 'discarded' and held_at < now() - cast(:age as interval)
""")
DELETE: Final = text("delete from held_event where id = :id")
COUNT: Final = text("""
    select topic, count(*) filter (where state = 'dead') as dead,
           count(*) filter (where state not in ('dead', 'discarded')) as held,
           coalesce(bool_or(state = 'retrying'), false) as is_hurried
    from held_event where grp = :grp group by topic
""")
