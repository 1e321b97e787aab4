"""What stands for a topic or kind of text that nothing speaks for; imports nothing, as workers that never classify know it too."""

UNKNOWN = "未分类"
