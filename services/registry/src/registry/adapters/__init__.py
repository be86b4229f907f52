"""How the registry's ports are met: tables, files, and the published language."""
