"""What the reports can do: hear every event, and answer questions about any instant."""
