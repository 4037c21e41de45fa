"""The hash table of an object's field names; the decoder has the same hash (name_hash.hpp)."""

MASK = (1 << 64) - 1


def name_hash(name):
    data = name.encode("utf-8")
    first = int.from_bytes(data[:8], "little")
    last = int.from_bytes(data[-8:], "little") if len(data) > 8 else first
    value = (first * 0x9E3779B97F4A7C15 & MASK) ^ (last * 0xC2B2AE3D27D4EB4F & MASK) ^ len(data)
    value = value * 0x9E3779B97F4A7C15 & MASK
    return value ^ (value >> 32)


def slots(field_names):
    """(bits, table): open addressing, at most half full; a slot holds field + 1, 0 is free."""
    bits = 1
    while (1 << bits) < 2 * len(field_names):
        bits += 1
    table = [0] * (1 << bits)
    for index, name in enumerate(field_names):
        slot = name_hash(name) & ((1 << bits) - 1)
        while table[slot]:
            slot = (slot + 1) & ((1 << bits) - 1)
        table[slot] = index + 1
    return bits, table
