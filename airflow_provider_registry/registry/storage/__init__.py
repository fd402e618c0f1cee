"""The kernel's side of the bytes: leases, ownership, checks and garbage collection."""
