"""Pure values and rules of public credit information: standard library only, no clock, no files."""
