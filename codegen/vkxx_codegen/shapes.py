"""Gives methods with several answers one class per answer."""

from .model import Shape


class ShapeError(Exception):
    """No rule tells how to request an answer; the text names the method and the key."""


# Keys with the same meaning in all methods.
def usual(key, parameters):
    if key == "extendedResponse" and "extended" in parameters:
        return {"name": "with_extended", "set": {"extended": "1"}}
    if key == "fieldsResponse" and "fields" in parameters:
        return {"name": "with_fields", "fields": "fields"}
    return None


def base_omissions(method, responses, rules):
    """Parameters that the plain form omits, because they select another answer."""
    present = {parameter.name for parameter in method.parameters}
    omit = set()
    for key in list(responses)[1:]:
        rule = rules.get(key) or usual(key, present)
        if rule and "set" in rule and not rules:
            omit |= set(rule["set"])
        if rule and "fields" in rule and not rules:
            omit.add(rule["fields"])
    return omit


def make(key, response, result, rule, parameters, where):
    shape = Shape(key, rule.get("name"), response, result(response))
    shape.fixed = dict(rule.get("set", {}))
    shape.fields = rule.get("fields")
    shape.need = list(rule.get("need", []))
    shape.omit = set(rule.get("omit", [])) | set(shape.fixed)
    shape.omit_values = {name: set(values)
                         for name, values in rule.get("omit_values", {}).items()}
    mentioned = shape.omit | set(shape.need) | set(shape.omit_values)
    mentioned |= {shape.fields} if shape.fields else set()
    unknown = mentioned - parameters
    if unknown:
        raise ShapeError(f"{where}: the shape '{key}' names unknown parameters {sorted(unknown)}")
    return shape


def method_shapes(method, responses, rules, result):
    """The shapes of a method, the plain one first. `rules`: its entry of response_shapes.json."""
    rules = rules or {}
    unknown = set(rules) - set(responses) - {"base"}
    if unknown:
        raise ShapeError(f"{method.name}: rules for answers that it does not have: {sorted(unknown)}")
    parameters = {parameter.name for parameter in method.parameters}
    keys = list(responses)
    base_rule = rules.get("base", {"omit": sorted(base_omissions(method, responses, rules))})
    shapes = [make(keys[0], responses[keys[0]], result, base_rule, parameters, method.name)]
    for key in keys[1:]:
        rule = rules.get(key) or usual(key, parameters)
        if rule is None:
            raise ShapeError(f"{method.name}: no rule tells how to request '{key}'")
        if "same_as" in rule:
            continue
        shapes.append(make(key, responses[key], result, rule, parameters, method.name))
    return shapes
