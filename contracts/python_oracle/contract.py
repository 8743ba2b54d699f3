"""A price oracle in Python: the leader reads a page, validators read it too and accept what is near.

    init(url: Str, tolerance: Str)     tolerance as a decimal fraction of the price, such as "0.01"
    update() -> Str                    reads the price, stores it; the price
    mean() -> Str                      exponential mean of all prices, alpha 1/4
    history() -> Array of Str          every price
    source() -> {"tolerance": Str, "updates": Int, "url": Str}

Calldata has no floats: they cross the border as their shortest text (repr), inside they are floats.
"""

from selfsame import Contract, Float, List, Str, U64, UserError, emit, nondet, public, web


def price_in(text):
    """The first number behind the word `price`."""
    rest = text[text.find("price") + 5:] if "price" in text else text
    digits = ""
    for c in rest:
        if c.isdigit() or c == "." and digits and "." not in digits:
            digits += c
        elif digits:
            break
    if not digits:
        raise UserError("no price on the page")
    return float(digits)


class Oracle(Contract):
    url = Str()
    tolerance = Float()
    updates = U64()
    average = Float()
    prices = List(Float())

    def init(self, url, tolerance):
        self.url = url
        self.tolerance = float(tolerance)
        if not 0.0 <= self.tolerance <= 1.0:
            raise UserError("bad tolerance")

    @nondet.validated
    def fetch(self, url, tolerance):
        page = web.get(url)
        if page.status != 200:
            raise UserError("page has no status 200")
        return repr(price_in(page.text))

    @fetch.validator
    def fetch(self, leader, url, tolerance):
        mine = float(self.fetch.alone(url, tolerance))
        return abs(float(leader) - mine) <= float(tolerance) * mine

    @public.write
    def update(self):
        price = float(self.fetch(self.url, repr(self.tolerance)))
        self.average = price if self.updates == 0 else self.average + (price - self.average) / 4.0
        self.updates += 1
        self.prices.append(price)
        emit("Updated", price=repr(price))
        return repr(price)

    @public.view
    def mean(self):
        return repr(self.average)

    @public.view
    def history(self):
        return [repr(price) for price in self.prices]

    @public.view
    def source(self):
        return {"url": self.url, "tolerance": repr(self.tolerance), "updates": self.updates}
