"""Programs that build what is generated; they are run as scripts and belong to no service."""
