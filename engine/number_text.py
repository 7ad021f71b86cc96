"""Numbers in the engine's texts: few digits, a true minus sign, and powers of ten in full."""

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def short(value: float, digits: int = 4) -> str:
    """A finite number with `digits` significant digits: 0.3125, −2, 4.172·10⁻⁷, 10⁻⁸."""
    # no negative zero
    number, _, exponent = f"{value + 0.0:.{digits}g}".partition("e")
    number = number.replace("-", "−")
    if not exponent:
        return number
    power = f"10{str(int(exponent)).translate(_RAISED)}"
    # 1·10⁻⁸ is written as 10⁻⁸
    return {"1": power, "−1": f"−{power}"}.get(number, f"{number}·{power}")


def factor(value: float) -> str:
    """A number as part of a formula: in brackets if it is negative or has a power of ten."""
    text = short(value)
    return text if value >= 0 and "10" not in text.partition("·")[2] and not text.startswith("10⁻") else f"({text})"
