"""What each group of commands is called, and which options it takes; nothing that it does."""
