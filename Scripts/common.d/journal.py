"""Reads the journal of a run, for scripts that check what the run has done."""

import sqlite3
from dataclasses import dataclass

# Field numbers of the messages in Sources/Wire/dipper.proto.
WORKER, RESULT = 2, 3  # of the events that name a worker, and of those that hold a result
OUTPUTS, BLOB, DIGEST = 1, 3, 1  # of Result, of Output, of Blob
# Kinds of events whose second field is a worker.
WORKER_KINDS = {"leased", "completed", "failed", "lost", "released", "imported"}


@dataclass
class Entry:
    """Holds one event: when it was written, its kind, its job's name, and its message."""

    sequence: int
    time: float
    kind: str
    job: str
    event: bytes

    @property
    def worker(self):
        """Returns the name of the worker that the event is about, or None."""
        if self.kind not in WORKER_KINDS:
            return None
        return values(self._body, WORKER)[0].decode()

    @property
    def digests(self):
        """Returns the sorted digests of the outputs, of an event with a result."""
        result = values(self._body, RESULT)[0]
        blobs = [values(output, BLOB)[0] for output in values(result, OUTPUTS)]
        return sorted(values(blob, DIGEST)[0].hex() for blob in blobs)

    @property
    def _body(self):
        return next(fields(self.event))[1]


def entries(folder):
    """Returns the entries of the journal in a run directory; none if there is no journal yet."""
    try:
        with sqlite3.connect(f"file:{folder}/journal.sqlite?mode=ro", uri=True) as database:
            query = "SELECT sequence, time, kind, job, body FROM event ORDER BY sequence"
            return [
                Entry(sequence, time, kind, job.hex(), body)
                for sequence, time, kind, job, body in database.execute(query)
            ]
    except sqlite3.OperationalError:
        return []


def values(message, number):
    """Returns the values of all fields with this number."""
    return [value for found, value in fields(message) if found == number]


def fields(message):
    """Yields number and value of each field of a Protocol Buffers message."""
    offset = 0
    while offset < len(message):
        key, offset = variable_integer(message, offset)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, offset = variable_integer(message, offset)
        else:
            length = {1: 8, 5: 4}.get(kind)
            if length is None:
                length, offset = variable_integer(message, offset)
            value, offset = message[offset : offset + length], offset + length
        yield number, value


def variable_integer(message, offset):
    """Returns the integer at an offset, of seven bits in each byte, and the offset behind it."""
    value = shift = 0
    while True:
        byte = message[offset]
        value |= (byte & 0x7F) << shift
        offset += 1
        shift += 7
        if byte < 0x80:
            return value, offset
