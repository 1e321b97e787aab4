"""The page 未能处理 and its JSON: what could not be processed, by kind, with what an operator can do about it."""
