"""Numbers as the texts of the engine show them: in few digits, with a true minus sign, and powers of ten in full."""

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def short(value: float, digits: int = 4) -> str:
    """A finite number with `digits` significant digits: 0.3125, −2, 4.172·10⁻⁷, 10⁻⁸."""
    # a zero has no sign here
    number, _, exponent = f"{value + 0.0:.{digits}g}".partition("e")
    number = number.replace("-", "−")
    if not exponent:
        return number
    power = f"10{str(int(exponent)).translate(_RAISED)}"
    # 1·10⁻⁸ is said as 10⁻⁸
    return {"1": power, "−1": f"−{power}"}.get(number, f"{number}·{power}")


def factor(value: float) -> str:
    """A number as part of a formula: a negative one, or one with a power of ten, in brackets."""
    text = short(value)
    return text if value >= 0 and "10" not in text.partition("·")[2] and not text.startswith("10⁻") else f"({text})"
