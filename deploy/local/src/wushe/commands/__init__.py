"""The commands of ``wushe``, one module for each group."""
