#!/usr/bin/env python3
"""Recomputes an office's points from its log and the written clauses alone.

    recompute.py EVENTS.jsonl                queries on standard input,
                                             `ACCOUNT PERIOD [TAG]` a line
    recompute.py EVENTS.jsonl --all PERIOD   every account not at zero

A period is 2023-02, 2023-Q1, 2023-H1, 2023 or 2023-01..2023-05.
Shares no code with what it checks; exact fractions until a figure is printed.
"""
import json
import re
import sys
from bisect import bisect_right
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

TAGS = ("submission", "adoption", "instruction", "period")
CARRIERS = {"journal": 3, "special": 5, "proposal": 6, "research": 6, "digest": 8,
            "selected": 4, "newspaper": 1, "daily": Fraction(1, 5)}
LEVELS = {"city": 5, "province": 10, "state": 30}
INSTRUCTIONS = {"town": 3, "district": 5, "city": 10, "province": 20, "state": 30}
BRIEF_CHANGE = date(2023, 7, 1)
MONTH = "[1-9][0-9]{3}-(?:0[1-9]|1[0-2])"
DAY = timedelta(days=1)


class Problem(Exception):
    """Input that cannot be read; ends the run with code 2."""


@dataclass
class Event:
    seq: int
    id: str
    register: str
    record: str
    action: str
    on: date
    fields: dict


@dataclass
class Posting:
    """An event's points have one day; a period rule's have the whole period."""
    account: str
    first: date
    last: date
    amount: Fraction
    tag: str


@dataclass
class Item:
    events: list = field(default_factory=list)
    now: dict = field(default_factory=dict)

    @property
    def unit(self):
        return self.now.get("unit")

    @property
    def units(self):
        named = [self.unit, *(self.now.get("joint") or [])]
        return list(dict.fromkeys(u for u in named if u))

    def of(self, action):
        return [e for e in self.events if e.action == action]

    def first(self, action):
        return next((e for e in self.events if e.action == action), None)


class Unit:
    """Dated entries; each adds to what the ones before it said."""

    def __init__(self, entries):
        entries = sorted(entries, key=lambda e: (e.on, e.seq))
        self.days = [e.on for e in entries]
        self.states, state = [], {}
        for e in entries:
            state = {**state, **e.fields}
            self.states.append(state)
        begin = entries[0].fields.get("from")
        self.begin = date.fromisoformat(begin) if begin else entries[0].on

    def at(self, day):
        """The fields on that day, or None if the unit was not there."""
        # Between `from` and a later first entry only that entry can speak.
        state = self.states[max(bisect_right(self.days, day) - 1, 0)]
        end = state.get("to")
        if day < self.begin or end and day > date.fromisoformat(end):
            return None
        return state


@dataclass
class Office:
    items: dict
    units: dict
    calendar: dict   # day -> worked or not, where published
    span: tuple      # days of the first and the last live event

    def worked(self, day):
        return self.calendar.get(day, day.weekday() < 5)


# --- reading ---------------------------------------------------------------

def read_log(path):
    events = []
    # Bytes, so that a wrong encoding too is an error of its line.
    with open(path, "rb") as lines:
        for seq, line in enumerate(lines, 1):
            try:
                raw = json.loads(line)
                events.append(Event(seq, str(raw["id"]), raw["register"], raw["record"],
                                    raw["action"], date.fromisoformat(raw["on"]),
                                    dict(raw.get("fields") or {})))
            except (ValueError, KeyError, TypeError) as error:
                raise Problem(f"{path}:{seq}: {error!r}") from error
    return events


def live(events):
    """Without what was made void; from the end, as a void may itself be void."""
    gone, kept = set(), []
    for e in reversed(events):
        if (e.register, e.record, e.id) in gone:
            continue
        kept.append(e)
        if e.action == "void":
            gone.add((e.register, e.record, str(e.fields.get("event"))))
    return kept[::-1]


def read_office(events):
    items, entries, calendar, days = defaultdict(Item), defaultdict(list), {}, []
    for e in live(events):
        if e.register == "information":
            days.append(e.on)
            item = items[e.record]
            item.events.append(e)
            # What belongs to a form comes along; no clause reads it from here.
            item.now.update(e.fields)
            if e.action == "rekind":
                item.now["kind"] = e.fields.get("new_kind")
        elif e.register == "$directory" and e.action == "unit":
            entries[e.record].append(e)
        elif e.register == "$directory" and e.action == "holiday":
            f = e.fields
            day = date.fromisoformat(f.get("day") or f["from"])
            last = date.fromisoformat(f.get("day") or f.get("to") or f["from"])
            while day <= last:
                calendar[day] = f.get("working") is True
                day += DAY
    for item in items.values():
        item.events.sort(key=lambda e: (e.on, e.seq))
    span = (min(days), max(days)) if days else None
    return Office(items, {u: Unit(es) for u, es in entries.items()}, calendar, span)


# --- clauses on events -----------------------------------------------------

def points(account, on, amount, tag):
    return Posting(account, on, on, Fraction(amount), tag)


def submission(item):
    """submission"""
    if item.unit and (e := item.first("submit")):
        due, amount = item.now.get("due"), 1
        if item.now.get("kind") == "commissioned":
            amount = 2 if not due or e.on <= date.fromisoformat(due) else 0
        yield points(item.unit, e.on, amount, "submission")


def overdue(item):
    """overdue"""
    if item.unit and item.now.get("kind") == "commissioned":
        for e in item.of("overdue"):
            yield points(item.unit, e.on, -1, "submission")


def carried(item):
    """Day and carrier of the adoptions that do not earn by level."""
    return [(e.on, e.fields.get("carrier")) for e in item.of("adopt")
            if e.fields.get("level") not in LEVELS]


def carrier(item):
    """carrier"""
    return [(on, Fraction(CARRIERS.get(name, 0))) for on, name in carried(item)]


def brief_before(item):
    """brief-before"""
    return [(on, Fraction(2)) for on, name in carried(item)
            if name == "brief" and on < BRIEF_CHANGE]


def brief_since(item):
    """brief-since"""
    return [(on, Fraction(5, 2)) for on, name in carried(item)
            if name == "brief" and on >= BRIEF_CHANGE]


def level(item):
    """level"""
    earliest = {}
    for e in item.of("adopt"):
        if e.fields.get("level") in LEVELS:
            earliest.setdefault(e.fields["level"], e.on)
    return [(earliest[name], Fraction(LEVELS[name]))
            for name in sorted(earliest, key=LEVELS.get)[-2:]]


def joint(item, on, amount):
    """joint"""
    parts = [3 if u == item.unit else 2 for u in item.units]
    exact = [amount * 100 * p / sum(parts) for p in parts]
    cents = [int(x) for x in exact]
    missing = int(amount * 100) - sum(cents)
    # sorted() is stable: of equals the earlier unit comes first.
    most_cut = sorted(range(len(parts)), key=lambda i: cents[i] - exact[i])
    for i in most_cut[:missing]:
        cents[i] += 1
    for unit, share in zip(item.units, cents):
        yield points(unit, on, Fraction(share, 100), "adoption")


def urgent(item, office):
    """urgent"""
    sent, adopted = item.first("submit"), item.first("adopt")
    if item.now.get("urgent") is not True or not (sent and adopted and item.unit):
        return
    if (adopted.on, adopted.seq) < (sent.on, sent.seq):  # on one day, by the log
        return
    day, worked = sent.on, 0
    while day < adopted.on and worked <= 1:
        day += DAY
        worked += office.worked(day)
    if worked <= 1:
        yield points(item.unit, adopted.on, 3, "adoption")


def county(posting, office):
    """county"""
    unit = office.units.get(posting.account)
    state = unit.at(posting.first) if unit else None
    if state and state.get("class") == "direct" and state.get("parent"):
        yield points(state["parent"], posting.first, posting.amount / 2, "adoption")


def instruction(item):
    """instruction"""
    # max() keeps the first of equals.
    best = max(item.of("instruct"), default=None,
               key=lambda e: INSTRUCTIONS.get(e.fields.get("level"), 0))
    if best:
        for unit in item.units:
            yield points(unit, best.on, INSTRUCTIONS.get(best.fields.get("level"), 0),
                         "instruction")


# --- clauses on periods ----------------------------------------------------

def month_of(day):
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def months(span):
    first, last = month_of(span[0])
    while first <= span[1]:
        yield first, last
        first, last = month_of(last + DAY)


def silent(office):
    """silent"""
    heard = {(item.unit, month_of(e.on)) for item in office.items.values()
             if (e := item.first("submit"))}
    for first, last in months(office.span):
        for name, unit in office.units.items():
            day = last
            while day > first and unit.at(day) is None:
                day -= DAY
            state = unit.at(day)
            if state and state.get("class") in ("county", "department") \
                    and (name, (first, last)) not in heard:
                yield Posting(name, first, last, Fraction(-2), "period")


def cap(postings):
    """cap"""
    sums = defaultdict(Fraction)
    for p in postings:
        if p.tag == "submission":
            sums[p.account, month_of(p.first)] += p.amount
    for (account, (first, last)), total in sums.items():
        if total > 6:
            yield Posting(account, first, last, 6 - total, "period")


def every_quarter(office):
    """every-quarter"""
    quarters = defaultdict(set)
    for item in office.items.values():
        for e in item.of("adopt"):
            quarters[item.unit, e.on.year].add((e.on.month - 1) // 3)
    for (unit, year), seen in quarters.items():
        if unit and len(seen) == 4:
            yield Posting(unit, date(year, 1, 1), date(year, 12, 31), Fraction(10), "period")


def all_postings(office):
    """terms"""
    out, adoption = [], []
    for item in office.items.values():
        out += [*submission(item), *overdue(item), *instruction(item)]
        for on, amount in (carrier(item) + brief_before(item) + brief_since(item)
                           + level(item)):
            adoption += joint(item, on, amount)
        adoption += urgent(item, office)
    out += adoption
    for p in adoption:
        out += county(p, office)
    if office.span:
        out += [*silent(office), *cap(out), *every_quarter(office)]
    return out


# --- figures ---------------------------------------------------------------

def period(text):
    if m := re.fullmatch(rf"({MONTH})\.\.({MONTH})", text):
        first, last = period(m[1])[0], period(m[2])[1]
        if first < last:
            return first, last
    elif m := re.fullmatch(rf"{MONTH}|([1-9][0-9]{{3}})(?:-(Q[1-4]|H[12]))?", text):
        if not m[1]:
            return month_of(date(int(text[:4]), int(text[5:]), 1))
        size = {"Q": 3, "H": 6}[m[2][0]] if m[2] else 12
        end = int(m[2][1]) * size if m[2] else 12
        year = int(m[1])
        return date(year, end - size + 1, 1), month_of(date(year, end, 1))[1]
    raise Problem(f"unknown period {text!r}")


def figure(postings, span, tag=None):
    return sum((p.amount for p in postings if span[0] <= p.first and p.last <= span[1]
                and tag in (None, p.tag)), Fraction(0))


def shown(amount):
    """Half away from zero: -1.665 is shown as -1.67."""
    cents = int(abs(amount) * 100 + Fraction(1, 2))
    return f"{'-' if amount < 0 and cents else ''}{cents // 100}.{cents % 100:02}"


def main(args):
    if len(args) != 1 and not (len(args) == 3 and args[1] == "--all"):
        raise Problem("usage: recompute.py EVENTS.jsonl [--all PERIOD]")
    accounts = defaultdict(list)
    for p in all_postings(read_office(read_log(args[0]))):
        accounts[p.account].append(p)
    if len(args) == 3:
        span = period(args[2])
        for account in sorted(accounts):
            if amount := figure(accounts[account], span):
                print(account, shown(amount))
        return
    for number, line in enumerate(sys.stdin, 1):
        match line.split():
            case [account, text]:
                tag = None
            case [account, text, tag] if tag in TAGS:
                pass
            case _:
                raise Problem(f"line {number}: not a query: {line.strip()!r}")
        try:
            print(shown(figure(accounts.get(account, ()), period(text), tag)))
        except Problem as problem:
            raise Problem(f"line {number}: {problem}") from problem


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Problem, OSError, ValueError) as problem:
        print(f"recompute: {problem}", file=sys.stderr)
        sys.exit(2)
