"""The parts of the stack, each knowing how it is run and how it tells that it is ready."""
