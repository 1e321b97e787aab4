"""A line of text → what it looks like. Pure."""

import re

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
URL = re.compile(r"(?:https?|ftp)://[^\s\u3000-\u9fff，。）】》]+")

_CHINESE = re.compile(r"[\u3400-\u9fff\u3001-\u301f，。；：？！“”‘’（）…—·\d,.%:]{5,}")
"""Han characters with the marks and digits that stand between them."""
RUN = 4
"""Han characters of a run that says something: 央行降准 has four, names of columns and labels fewer."""

_WORD = re.compile(r"[A-Za-z][a-z]*(?:['’-][A-Za-z]+)*|[A-Z]{2,6}s?|I|a")
_TRIMMED = "\"'“”‘’()[]*.,;:!?…"
WORDS = 4
"""Words of a line that may be English prose."""

_CODE = re.compile(
    r"""
      .*(?:[;{}]|\)\s*[:{,]|=>|->|&&|\|\||[\[(]|[\])],|\\|\*/)$                                # ends as statements and blocks do
    | (?:\#\s*(?:include|define|if|ifn?def|endif|else|pragma|!)|//|/\*|\*\s|\*$|--\s|"{3}|<!--)   # comments, directives
    | (?:import|from|def|class|func|fn|function|package|using|namespace|struct|enum|interface|impl|mod|pub|let|const|var|
         static|public|private|protected|return|raise|throw|yield|assert|elif|else|try|except|finally|switch|case|break|
         continue|pass|del|goto|typedef|extern|my|our|sub|local|end|fi|done|esac|then|echo|export|require|use|async|await|
         SELECT|INSERT|CREATE|DROP|ALTER|UPDATE|DELETE)\b(?:[\s:(]*$|.*[:;{(=.*]|\s+[\w.:*]+(?:\s+(?:import|as)\b.*)?$)
    | [\w.$@%&*\[\]"'>:-]+(?:\s*[\w<>*,.]+)?\s*(?::=|[-+*/|&]?=)(?:[^=]|$)                       # assignments, keys of settings
    | @\w+(?:\.\w+)*(?:\(.*\))?$                                                               # decorators
    | [\w.:>-]+\(.*\)[;,.]?$                                                                   # calls
    | ["'][^"']*["']\s*[:,]\s*.*[,\[{]?$ | ["'][^"']*["']$                                     # strings of lists and maps
    | -?\s*["']?[\w./@-]+["']?:(?:\s+[\w./@"'\[\]{}|>&*~^+-]+)?$                                # keys of YAML
    | </?[\w:-]+[^>]*/?>.*                                                                     # tags
    | \[{1,2}[\w.\s"-]+\]{1,2}$                                                                # sections of settings
    | (?:\.|\#)?[\w-]+(?:[\s>,.:\#][\w\s>,.:\#*()-]*)?\{.*                                       # rules of style sheets
    """,
    re.VERBOSE | re.ASCII,
)

WITHIN = 48
"""Characters of a line's beginning within which a log has its time: a program's name may stand before it."""
_STAMP = re.compile(
    r"""(?:^|[\s\[(<"'])(?:
      \d{4}[-/.]\d{1,2}[-/.]\d{1,2}[T\s_-]+\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?        # 2026-11-02 08:00:01,123
    | \d{1,2}[-/]\d{1,2}\s+\d{1,2}:\d{2}:\d{2}                                        # 11-02 08:00:01
    | (?:[A-Z][a-z]{2},?\s+)?[A-Z][a-z]{2}\s+\d{1,2}\s+\d{2}:\d{2}:\d{2}              # Nov  2 08:00:01
    | \d{1,2}:\d{2}:\d{2}[.,]\d{2,}                                                   # 08:00:01.123
    | [IWEF]\d{4}\s+\d{2}:\d{2}:\d{2}                                                 # of glog
    | \d{1,3}(?:\.\d{1,3}){3}\s+\S+\s+\S+\s+\[                                          # of web servers
    )""",
    re.VERBOSE,
)
_LEVEL = re.compile(r"(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|debug|info|notice|warning|error)\b")

_COMMON = re.compile(
    r"\b(?:the|of|and|to|for|on|that|with|is|as|by|it|from|are|be|at|was|this|or|an|has|its|new|you|we|not|can|will|have|but)\b", re.IGNORECASE
)
"""English words that stand in any English text, and in no Latin one."""

_BLANK = re.compile(r"_{3,}|\{\{.*?\}\}|\$\{.*?\}|<[#/]\w+[^>]*>|[XxＸ×]{2,}|[:：]\s*$|^[\d一二三四五六七八九十]+[.、．]\s*$|第\s+期")

_MESSAGE = re.compile(
    r"(?:[\[(]?(?:\d{2,4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s+)?(?:[上下]午\s*)?\d{1,2}:\d{2}(?::\d{2})?[\])]?\s*(?:-\s*)?(?P<after>[^\s:：\d][^:：]{0,15})[:：]"
    r"|(?P<before>[^\s:：\d]\S{0,15})\s+(?:\d{2,4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s+)?(?:[上下]午\s*)?\d{1,2}:\d{2}(?::\d{2})?$)"
)


def visible(text: str) -> int:
    """How many characters are no white space."""
    return sum(map(len, text.split()))


def chinese(line: str) -> int:
    """Characters of a line that read as Chinese: in runs of some length."""
    return sum(len(run[0]) for run in _CHINESE.finditer(line) if len(HAN.findall(run[0])) >= RUN)


def english(line: str) -> bool:
    """Whether a line reads as a sentence or headline in a language of words."""
    tokens = [token for token in (each.strip(_TRIMMED) for each in line.split()) if token]
    words = sum(bool(_WORD.fullmatch(token)) for token in tokens)
    return words >= WORDS and words >= 0.7 * len(tokens)


def common(text: str) -> tuple[int, int]:
    """How many words of Latin letters a text has, and how many of them are among the commonest English ones."""
    return len(re.findall(r"[A-Za-z]+", text)), len(_COMMON.findall(text))


def code(line: str) -> bool:
    """Whether a line looks like one of a program, of settings or of data."""
    return bool(_CODE.match(line))


def logged(line: str) -> bool:
    """Whether a line begins as a log's does: a time to the second, or a level."""
    return bool(_STAMP.search(line[:WITHIN]) or _LEVEL.match(line.lstrip("[(<")))


def blank(line: str) -> bool:
    """Whether something is to be filled in there."""
    return bool(_BLANK.search(line))


def speaker(line: str) -> str | None:
    """Who says something in a chat at a time of day; None for any other line."""
    found = _MESSAGE.match(line)
    return (found["before"] or found["after"]) if found else None
