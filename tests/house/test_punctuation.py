"""Chinese sentences of the first page have Chinese punctuation (全角标点)."""

import re

CODE = re.compile(r"```.*?```|`[^`\n]*`|\]\([^)\n]*\)", re.DOTALL)
HALF = re.compile(r"[\u4e00-\u9fff][,;:()]|[,;:()][\u4e00-\u9fff]")


def test_chinese_sentences_have_full_width_punctuation(tree):
    sentences = CODE.sub("", tree.text("README.zh-CN.md"))

    assert [found.group() for found in HALF.finditer(sentences)] == []
