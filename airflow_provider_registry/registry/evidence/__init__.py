"""Evidence packs: all that let a version in, in one file that anybody can verify without this package."""
