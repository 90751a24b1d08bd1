"""The map: where people stand, by the two directions in which reactions differ most.

Principal components as Polis has them (Small and others 2021, "Polis: scaling deliberation by mapping
high dimensional opinion spaces"), but exact: by the eigenvectors of a whole Gram matrix.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.core.opinion.reactions import Numbers, Reactions

CELLS = 1 << 20  # in memory at a time, as float32
LARGEST = 2000  # side of a Gram matrix for which all eigenvectors are taken; above it, iteration
ENOUGH = 1e-13  # how little the iteration may still turn


@dataclass(frozen=True, eq=False)
class Map:
    """Statements' means (m) and places (m x 2), two components (2 x m, length 1), people's places (n x 2)."""

    means: Numbers
    components: Numbers
    places: Numbers
    statement_places: Numbers

    @property
    def extremity(self) -> Numbers:
        """How far each statement's place is from the middle (m)."""
        length: Numbers = np.sqrt((self.statement_places**2).sum(axis=1))
        return length


def draw(reactions: Reactions) -> Map:
    """The map of all people.

    A missing reaction counts as the statement's mean, so it is 0 after centring; a moderated statement
    is 0 for everybody.
    """
    kept = reactions.kept
    means = statement_means(kept)
    components = principal_components(kept, means)
    given = kept.count + kept.moderated.sum()
    return Map(
        means,
        components,
        places_of_people(kept, means, components, given),
        (1 - means)[:, None] * components.T * np.sqrt(len(means)),
    )


def statement_means(kept: Reactions) -> Numbers:
    """The mean reaction to each statement, 0 without any."""
    m = len(kept.statements)
    sums = np.bincount(kept.columns, weights=kept.values, minlength=m)
    return sums / np.maximum(1, np.bincount(kept.columns, minlength=m))


def principal_components(kept: Reactions, means: Numbers) -> Numbers:
    """The two directions (2 x m) of the largest variance. Their sign: most statements point to agreeing."""
    n, m = kept.shape
    if min(n, m) > LARGEST:
        components = iterated(kept, means)
    elif n < m:
        components = from_people(kept, means)
    else:
        components = np.linalg.eigh(gram(kept, means))[1][:, ::-1][:, :2].T
    if len(components) < 2:
        components = np.vstack([components, np.zeros((2 - len(components), m))])
    turned: Numbers = components * np.where(components.sum(axis=1) < 0, -1.0, 1.0)[:, None]
    return turned


def gram(kept: Reactions, means: Numbers) -> Numbers:
    """X'X (m x m) for X = (reaction - mean) where given and 0 elsewhere.

    With V the values and S the ones where given: X'X = V'V - mu(S'V) - (V'S)mu + mu(S'S)mu. The three
    products are whole numbers below 2^24, which float32 holds exactly and multiplies twice as fast.
    """
    m = len(means)
    values_values, values_given, given_given = (np.zeros((m, m), dtype=np.float32) for _ in range(3))
    for values, given in blocks(kept):
        values_values += values.T @ values
        values_given += values.T @ given
        given_given += given.T @ given
    crossed = values_given.astype(np.float64) * means
    whole: Numbers = values_values - crossed - crossed.T + means[:, None] * given_given * means
    return whole


def from_people(kept: Reactions, means: Numbers) -> Numbers:
    """The components by way of the smaller matrix XX' (n x n), when people are fewer than statements."""
    values, given = kept.dense(0, len(kept.people), np.float64)
    centred = values - given * means
    vectors = np.linalg.eigh(centred @ centred.T)[1][:, ::-1][:, :2]
    directions = vectors.T @ centred
    length = np.sqrt((directions**2).sum(axis=1, keepdims=True))
    components: Numbers = directions / np.where(length > 0, length, 1)
    return components


def iterated(kept: Reactions, means: Numbers) -> Numbers:
    """The components by subspace iteration over the reactions, where a Gram matrix would be too large."""
    n, m = kept.shape
    basis = np.linalg.qr(np.random.default_rng(1).standard_normal((m, 12)))[0]
    before = np.zeros((m, 2))
    centred = kept.values - means[kept.columns]
    for _ in range(300):
        across = np.stack([np.bincount(kept.rows, centred * vector[kept.columns], n) for vector in basis.T])
        back = np.stack([np.bincount(kept.columns, centred * vector[kept.rows], m) for vector in across])
        turn = np.linalg.eigh(across @ across.T)[1][:, ::-1]
        leading = basis @ turn[:, :2]
        if (1 - np.abs((leading * before).sum(axis=0)) < ENOUGH).all():
            break
        before, basis = leading, np.linalg.qr(back.T @ turn)[0]
    return np.asarray(before.T)


def places_of_people(kept: Reactions, means: Numbers, components: Numbers, given: Numbers) -> Numbers:
    """Each person's place (n x 2): the sum over reactions of (value - mean) * component, scaled.

    The scale is sqrt(m / max(1, reactions given)): who reacted to little is not drawn to the middle.
    """
    centred = kept.values - means[kept.columns]
    n = len(kept.people)
    sums = [np.bincount(kept.rows, centred * component[kept.columns], n) for component in components]
    scaled: Numbers = np.stack(sums, axis=1) * np.sqrt(len(means) / np.maximum(1, given))[:, None]
    return scaled


def blocks(kept: Reactions) -> Iterator[tuple[Numbers, Numbers]]:
    """The matrix in blocks of rows: pairs of values and ones where given, as float32."""
    n, m = kept.shape
    size = max(1, CELLS // max(1, m))
    for first in range(0, n, size):
        yield kept.dense(first, min(n, first + size))
