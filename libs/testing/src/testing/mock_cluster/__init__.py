"""Brokers that fail on command: librdkafka's mock cluster, in a process of its own."""
