"""What the glossary makes of the sentences and formulas of the registries."""

from app.web.glossary import CHOICES, formula, linked


def test_single_letters_of_formulas_are_variables() -> None:
    assert formula("f(z) = max(0, αz)") == "<var>f</var>(<var>z</var>) = max(0, α<var>z</var>)"
    assert formula("w₁ − η m̂ / (√s + ε)") == "<var>w</var>₁ − η <var>m̂</var> / (√<var>s</var> + ε)"


def test_formulas_and_sentences_are_escaped() -> None:
    assert formula("z > 0") == "<var>z</var> &gt; 0"
    assert linked("a < b", "relu") == "a &lt; b"


def test_sentences_link_to_choices_they_name() -> None:
    assert linked("Like ReLU.", "elu") == 'Like <a href="#relu">ReLU</a>.'
    assert linked("Like ReLU.", "relu") == "Like ReLU."
    assert linked("A Leaky ReLU, not ELUs.", "elu") == 'A <a href="#leaky-relu">Leaky ReLU</a>, not ELUs.'


def test_anchors_of_choices_are_distinct() -> None:
    for choices in CHOICES.values():
        assert len({choice.id for choice in choices.values()}) == len(choices)
