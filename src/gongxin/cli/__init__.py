"""The command line: one command ``gongxin``, noun and verb."""
