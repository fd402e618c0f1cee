"""The database under the registry: engines, column types, the one transaction of every act, and migrations."""
