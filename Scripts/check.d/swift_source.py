"""Reads Swift files far enough to measure them: comments, functions, parameters and types.

This is no parser. It blanks comments and the contents of strings, so that braces and parentheses
match, and then finds declarations by their keywords.
"""

import pathlib
import re
from dataclasses import dataclass, field

OPENING = {"(": ")", "[": "]", "{": "}"}
# The tokens that may continue a function's signature on the next line.
CONTINUATION = re.compile(r"\s*(->|throws\b|rethrows\b|async\b|where\b|\{|&)")
FUNCTION = re.compile(r"(?<![.\w`])(?:func\s+([\w`]+|[^\w\s(]+)|(init)[?!]?)\s*(?=[<(])")
TYPE = re.compile(
    r"(?<![.\w`])(?:struct|class|enum|actor|protocol|macro)\s+(?!func\b|var\b|let\b|subscript\b)"
    r"([A-Za-z_]\w*)"
)


@dataclass
class Comment:
    """Holds a comment line without its slashes; `is_doc` for three slashes."""

    line: int
    text: str
    is_doc: bool


@dataclass
class Function:
    """Describes a function or initialiser; `body_lines` is None without a body."""

    name: str
    line: int
    parameters: list
    body_lines: int | None
    is_visible: bool = False
    doc: str = ""

    @property
    def is_operator(self):
        return not re.match(r"[\w`]", self.name)

    @property
    def undocumented(self):
        """Returns the parameters without documentation, if others have some."""
        documented = re.findall(r"^ *- (?:Parameter )?(\w+):", self.doc, re.M)
        names = [parameter.split(":")[0].split()[-1] for parameter in self.parameters]
        has_some = "- Parameter" in self.doc
        return [name for name in names if has_some and name.strip("`") not in documented]

    @property
    def unlabelled(self):
        return sum(parameter.startswith("_ ") for parameter in self.parameters)


@dataclass
class SwiftFile:
    """Holds a file's text, its comments, and its code with comments and strings blanked."""

    path: pathlib.Path
    text: str
    code: str = ""
    comments: list = field(default_factory=list)
    lines: list = field(default_factory=list)

    def __post_init__(self):
        self.lines = self.text.split("\n")
        self.code = blanked(self.text, self.comments)

    def line(self, offset):
        """Returns the line number, counted from 1, of an offset into the text or the code."""
        return self.text.count("\n", 0, offset) + 1

    def functions(self):
        for match in FUNCTION.finditer(self.code):
            start = after_generics(self.code, match.end())
            if start is None or self.code[start] != "(":
                continue
            end = closing(self.code, start)
            parameters = [part.strip() for part in split(self.code[start + 1 : end - 1])]
            body = body_range(self.code, end)
            lines = None if body is None else line_count(self.code[body[0] + 1 : body[1] - 1])
            line = self.line(match.start())
            yield Function(
                name=match.group(1) or "init",
                line=line,
                parameters=[parameter for parameter in parameters if parameter],
                body_lines=lines,
                is_visible=bool(re.search(r"\b(public|package|open)\b", self.lines[line - 1])),
                doc=self.doc_above(line),
            )

    def doc_above(self, line):
        """Returns the documentation above a declaration, past its attributes."""
        index = line - 2
        while index >= 0 and self.lines[index].lstrip().startswith("@"):
            index -= 1
        end = index + 1
        while index >= 0 and self.lines[index].lstrip().startswith("///"):
            index -= 1
        return "\n".join(text.strip()[3:] for text in self.lines[index + 1 : end])

    def types(self):
        """Yields name and line of every type that is declared here, and whether it is nested."""
        for match in TYPE.finditer(self.code):
            before = self.code[: match.start()]
            yield match.group(1), self.line(match.start(1)), before.count("{") > before.count("}")

    def doc_comments(self):
        """Yields line and text of each block of contiguous documentation lines."""
        block = []
        for comment in self.comments:
            if block and (not comment.is_doc or comment.line != block[-1].line + 1):
                yield block[0].line, " ".join(c.text for c in block)
                block = []
            if comment.is_doc:
                block.append(comment)
        if block:
            yield block[0].line, " ".join(c.text for c in block)


def read(path):
    return SwiftFile(path, path.read_text())


def blanked(text, comments):
    """Returns the text with comments and strings blanked; appends to `comments`."""
    pieces, offset, line = [], 0, 1
    marker = re.compile(r'//|/\*|#*"""|#*"')
    while match := marker.search(text, offset):
        start = match.start()
        pieces.append(text[offset:start])
        line += text.count("\n", offset, start)
        end = literal_end(text, start, match.group())
        if match.group().startswith("/"):
            add_comments(text[start:end], line, comments)
        pieces.append(re.sub(r"[^\n]", " ", text[start:end]))
        if match.group().endswith('"'):
            pieces[-1] = '"' + pieces[-1][1:-1] + '"'  # a string remains an expression
        line += text.count("\n", start, end)
        offset = end
    pieces.append(text[offset:])
    return "".join(pieces)


def add_comments(text, line, comments):
    for number, piece in enumerate(text.split("\n")):
        is_doc = piece.startswith("///") and not piece.startswith("////")
        comments.append(Comment(line + number, piece.strip(" /*"), is_doc))


def literal_end(text, start, marker):
    """Returns the offset behind the comment or string that begins at `start`."""
    if marker == "//":
        end = text.find("\n", start)
        return len(text) if end < 0 else end
    if marker == "/*":
        end = text.find("*/", start)
        return len(text) if end < 0 else end + 2
    return string_end(text, start, marker)


def string_end(text, start, marker):
    hashes = marker.count("#")
    end_mark = marker.lstrip("#") + "#" * hashes
    escape = "\\" + "#" * hashes
    offset = start + len(marker)
    while offset < len(text):
        if text.startswith(end_mark, offset):
            return offset + len(end_mark)
        if text.startswith(escape, offset):
            offset += len(escape)
            offset = interpolation_end(text, offset) if text[offset] == "(" else offset + 1
        else:
            offset += 1
    return len(text)


def interpolation_end(text, start):
    """Returns the offset behind the parenthesis that closes the interpolation opened at `start`."""
    depth, offset = 0, start
    while offset < len(text):
        if match := re.compile(r'#*"""|#*"').match(text, offset):
            offset = string_end(text, offset, match.group())
            continue
        depth += {"(": 1, ")": -1}.get(text[offset], 0)
        offset += 1
        if depth == 0:
            break
    return offset


def closing(code, start):
    """Returns the offset behind the bracket that closes the one at `start`."""
    depth = 0
    for offset in range(start, len(code)):
        if code[offset] in "([{":
            depth += 1
        elif code[offset] in ")]}":
            depth -= 1
            if depth == 0:
                return offset + 1
    return len(code)


def after_generics(code, offset):
    """Returns the offset of the parenthesis behind a generic parameter list, if there is one."""
    if code[offset] != "<":
        return offset
    depth = 0
    for position in range(offset, len(code)):
        depth += {"<": 1, ">": -1}.get(code[position], 0)
        if depth == 0:
            rest = re.compile(r"\s*\(").match(code, position + 1)
            return rest.end() - 1 if rest else None
    return None


def split(text):
    """Returns the parts of a parameter list or tuple, split at commas outside all brackets."""
    parts, depth, angles, start = [], 0, 0, 0
    for offset, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "<" and text[:offset][-1:].isalnum():
            angles += 1
        elif character == ">" and angles and text[offset - 1] != "-":
            angles -= 1
        elif character == "," and depth == angles == 0:
            parts.append(text[start:offset])
            start = offset + 1
    return [*parts, text[start:]]


def body_range(code, offset):
    """Returns start and end of the body whose signature goes on at `offset`, or None."""
    depth = 0
    while offset < len(code):
        character = code[offset]
        if character == "{" and depth == 0:
            return offset, closing(code, offset)
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "\n" and depth == 0 and ends_declaration(code, offset):
            return None
        if character == "}" or depth < 0:
            return None
        offset += 1
    return None


def ends_declaration(code, offset):
    """Returns whether the line break at `offset` ends a declaration without a body."""
    is_open = code[:offset].rstrip()[-1] in ",&>="
    return not (is_open or CONTINUATION.match(code, offset))


def line_count(body):
    """Returns the number of lines of a body, without its braces and empty lines at its ends."""
    return len(body.strip("\n ").split("\n"))
