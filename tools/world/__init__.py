"""An invented place: its organisations, and what four departments report about them (示例地区)."""
