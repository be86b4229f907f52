"""What the registry can refuse, in the words of those who build stations and vet helpers."""
