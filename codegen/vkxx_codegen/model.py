"""The checked intermediate form: references are resolved and names are final.

`build` makes it from a description with its overlays; `check.check` looks it over. The emitters
know nothing but these classes.
"""

import dataclasses
from typing import Optional

# Kinds of types: the value on the wire and in C++.
#   boolean   true/false (a parameter: 1/0)        bool_int  0/1 that means no/yes
#   integer, number, string                        enum      -> Model.enums[name]
#   array     of `item`                            struct    -> Model.structs[name]
#   union     -> Model.unions[name]                any       any JSON, kept as text
#   scalar    text, number or boolean


@dataclasses.dataclass
class Type:
    kind: str
    name: Optional[str] = None
    item: Optional["Type"] = None
    strong_id: Optional[str] = None
    limits: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Field:
    name: str
    cpp_name: str
    type: Type
    required: bool


@dataclasses.dataclass
class Enum:
    name: str
    section: str
    cpp_name: str
    base: str  # 'string' or 'integer'
    values: list  # of (value, enumerator)
    origin: str  # where it is used: 'object', 'response' or 'parameter'
    omitted: set = dataclasses.field(default_factory=set)  # values that have no enumerator


@dataclasses.dataclass
class Struct:
    name: str
    section: str
    cpp_name: str
    fields: list
    origin: str


@dataclasses.dataclass
class Union:
    name: str
    section: str
    cpp_name: str
    alternatives: list  # of Type
    origin: str
    discriminator: Optional[str] = None
    mapping: dict = dataclasses.field(default_factory=dict)  # value -> index of the alternative


@dataclasses.dataclass
class Alias:
    name: str
    section: str
    cpp_name: str
    type: Type
    origin: str


@dataclasses.dataclass
class Parameter:
    name: str
    cpp_name: str
    type: Type
    required: bool
    default: object = None
    json: bool = False  # sent as JSON text in one parameter


@dataclasses.dataclass
class ListFacts:
    """How an answer that is a list is paged."""
    items: str  # dotted path of the list; "[].users.items": a list in each element of the answer
    identity: str  # "owner_id,id|id": alternatives of members; ".": the item itself; "": nothing
    offset: str  # names of parameters, or ""
    size: str
    start: str
    largest: int
    usual: int


@dataclasses.dataclass
class Shape:
    """One of a method's answers and the parameters that select it."""
    key: str  # VK's: response, extendedResponse, …
    name: Optional[str]  # None: the method itself; else the nested form
    response: str  # definition
    result: Type
    fixed: dict = dataclasses.field(default_factory=dict)  # parameter -> text on the wire
    fields: Optional[str] = None  # a parameter that must not be empty to get this shape
    need: list = dataclasses.field(default_factory=list)  # parameters required by this shape
    omit: set = dataclasses.field(default_factory=set)
    omit_values: dict = dataclasses.field(default_factory=dict)
    list: Optional[ListFacts] = None  # a paged answer


@dataclasses.dataclass
class Method:
    name: str
    section: str
    cpp_name: str
    tokens: list
    parameters: list
    errors: list  # names
    shapes: list
    writes: bool
    batchable: bool
    idempotency: Optional[str]
    timeout: Optional[int] = None


@dataclasses.dataclass
class Error:
    name: str
    code: int
    everywhere: bool
    subcodes: dict


@dataclasses.dataclass
class Event:
    name: str
    type: Optional[Type]
    callback_setting: bool
    long_poll_setting: bool


@dataclasses.dataclass
class Model:
    manifest: dict
    sections: list
    structs: dict
    enums: dict
    unions: dict
    aliases: dict
    methods: list
    errors: list
    events: list

    def resolve(self, kind_name):
        """The definition with this name."""
        for table in (self.structs, self.enums, self.unions, self.aliases):
            if kind_name in table:
                return table[kind_name]
        raise KeyError(kind_name)
