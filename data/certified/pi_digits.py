"""Makes PiDigits.dat: python3 data/certified/pi_digits.py > data/certified/PiDigits.dat

NIST's ninth univariate set is «the first 5000 digits of pi». The true ones do not give its certified values: their sum is
larger by 5, the sum of their squares by 55, and a single digit that is changed from a to b does that only where a - b = 5 and
a + b = 11: a 3 in place of an 8. So it is in copies of NIST's file: digit 957 (the leading 3 is digit 1) is 3 there and 8 in pi.
With it all three certified values are reached to the last printed digit.
"""

import sys

DIGITS = 5000
MISPRINT = 957

HEAD = """File Name:     PiDigits.dat

Dataset Name:  PiDigits

Description:   Digits of pi computed by data/certified/pi_digits.py, with the
               one digit that NIST's file of this name has otherwise
               (digit 957: 3 there, 8 in pi). Certified values: NIST's.

Stat Category: Univariate: Summary Statistics

Data:          "Constructed"
               1    Response          : y = digits of pi
               0    Predictors
               5000 Observations

Model:         Lower Level of Difficulty
               2    Parameters        : mu, sigma
               1    Response Variable : y
               0    Predictor Variables

               y    = mu + e


                                                  Certified Values
Sample Mean                                ybar:    4.53480000000000
Sample Standard Deviation (denom. = n-1)      s:    2.86733906028871
Sample Autocorrelation Coefficient (lag 1) r(1):   -0.00355099287237972

Number of Observations:                            5000


Data: Y
----------"""


def arctan_of_inverse(x, one):
    total = term = one // x
    odd, sign = 3, -1
    while term:
        term //= x * x
        total += sign * (term // odd)
        odd, sign = odd + 2, -sign
    return total


def pi_digits(count):
    one = 10 ** (count + 20)  # Machin's formula with twenty guard digits
    pi = 4 * (4 * arctan_of_inverse(5, one) - arctan_of_inverse(239, one))
    sys.set_int_max_str_digits(0)
    return [int(digit) for digit in str(pi)[:count]]


digits = pi_digits(DIGITS)
assert digits[MISPRINT - 1] == 8
digits[MISPRINT - 1] = 3
print(HEAD)
for digit in digits:
    print(f"{digit:8d}")
