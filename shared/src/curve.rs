//! Whether the point of a public key lies on its curve and, on Edwards25519, belongs to one key alone: under a point of
//! small order one signature fits every message. Nothing here is secret, so nothing hides how long it takes.

/// 576 bits, the most significant limb first, so that the derived order is that of numbers.
const LIMBS: usize = 9;
const DIGITS: usize = LIMBS * 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Number([u64; LIMBS]);

impl Number {
    const ZERO: Self = Self([0; LIMBS]);

    /// From hexadecimal digits, which are constants of this file.
    fn hex(text: &str) -> Self {
        let mut number = Self::ZERO;
        let padded = format!("{text:0>DIGITS$}");
        for (at, limb) in number.0.iter_mut().enumerate() {
            let digits = padded.get(at * 16..(at + 1) * 16).unwrap_or_default();
            *limb = u64::from_str_radix(digits, 16).unwrap_or_default();
        }
        number
    }

    fn small(number: u64) -> Self {
        let mut small = Self::ZERO;
        if let Some(last) = small.0.last_mut() {
            *last = number;
        }
        small
    }

    /// From bytes, the most significant one first; `None` where they are too many.
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut padded = [0; LIMBS * 8];
        let start = padded.len().checked_sub(bytes.len())?;
        padded.get_mut(start..)?.copy_from_slice(bytes);
        let mut number = Self::ZERO;
        for (limb, bytes) in number.0.iter_mut().zip(padded.chunks_exact(8)) {
            *limb = u64::from_be_bytes(bytes.try_into().ok()?);
        }
        Some(number)
    }

    fn low(self) -> u64 {
        self.0.last().copied().unwrap_or_default()
    }

    /// The sum, which the numbers of this file leave room for.
    fn plus(self, other: Self) -> Self {
        let mut sum = self;
        let mut carry = false;
        for (limb, more) in sum.0.iter_mut().zip(other.0).rev() {
            let (once, over) = limb.overflowing_add(more);
            let (twice, again) = once.overflowing_add(u64::from(carry));
            (*limb, carry) = (twice, over || again);
        }
        sum
    }

    /// The difference; `other` is the lesser one.
    fn minus(self, other: Self) -> Self {
        let mut difference = self;
        let mut borrow = false;
        for (limb, less) in difference.0.iter_mut().zip(other.0).rev() {
            let (once, under) = limb.overflowing_sub(less);
            let (twice, again) = once.overflowing_sub(u64::from(borrow));
            (*limb, borrow) = (twice, under || again);
        }
        difference
    }

    fn half(self) -> Self {
        let mut half = self;
        let mut carry = 0;
        for limb in &mut half.0 {
            (*limb, carry) = ((*limb >> 1) | carry, *limb << 63);
        }
        half
    }
}

/// Arithmetic modulo an odd prime.
struct Field {
    prime: Number,
}

impl Field {
    fn add(&self, a: Number, b: Number) -> Number {
        let sum = a.plus(b);
        if sum < self.prime { sum } else { sum.minus(self.prime) }
    }

    fn sub(&self, a: Number, b: Number) -> Number {
        self.add(a, self.prime.minus(b))
    }

    fn mul(&self, a: Number, b: Number) -> Number {
        let mut product = Number::ZERO;
        for limb in b.0 {
            for bit in (0..64).rev() {
                product = self.add(product, product);
                if limb >> bit & 1 == 1 {
                    product = self.add(product, a);
                }
            }
        }
        product
    }

    /// Whether a number is a square: its Jacobi symbol is not -1.
    fn is_square(&self, number: Number) -> bool {
        let (mut a, mut n, mut is_positive) = (number, self.prime, true);
        while a != Number::ZERO {
            while a.low() % 2 == 0 {
                a = a.half();
                is_positive ^= matches!(n.low() % 8, 3 | 5);
            }
            if a < n {
                (a, n) = (n, a);
                is_positive ^= a.low() % 4 == 3 && n.low() % 4 == 3;
            }
            a = a.minus(n);
        }
        is_positive
    }
}

/// A curve of NIST's: y² = x³ − 3x + b.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    /// Prime and b (SP 800-186, section 3.2.1).
    const fn parameters(self) -> (&'static str, &'static str) {
        match self {
            Self::P256 => (
                "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
                "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            ),
            Self::P384 => (
                "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
                "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
            ),
            Self::P521 => (
                "1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                 ffffffffffffffffffffffffffffffff",
                "51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf07\
                 3573df883d2c34f1ef451fd46b503f00",
            ),
        }
    }

    /// Whether these coordinates, in their one form, are a point of the curve. The point at infinity has none.
    pub fn holds(self, x: &[u8], y: &[u8]) -> bool {
        let (prime, b) = self.parameters();
        let field = Field { prime: Number::hex(prime) };
        let (Some(x), Some(y)) = (Number::read(x), Number::read(y)) else { return false };
        if x >= field.prime || y >= field.prime {
            return false;
        }
        let three_x = field.add(x, field.add(x, x));
        let cubic = field.add(field.sub(field.mul(field.mul(x, x), x), three_x), Number::hex(b));
        field.mul(y, y) == cubic
    }
}

/// Whether this is the encoding of a point of Edwards25519 (RFC 8032, section 5.1.3) whose order is large: its y in
/// the one form, a point of the curve, and none of the eight that eight times are nothing.
pub fn is_ed25519(bytes: &[u8]) -> bool {
    let Ok(mut bytes) = <[u8; 32]>::try_from(bytes) else { return false };
    bytes.reverse();
    if let Some(first) = bytes.first_mut() {
        *first &= 0x7f;
    }
    let field = Field { prime: Number::hex("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed") };
    let d = Number::hex("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3");
    let Some(y) = Number::read(&bytes).filter(|y| *y < field.prime) else { return false };
    let (one, square) = (Number::small(1), field.mul(y, y));
    let (above, below) = (field.sub(square, one), field.add(field.mul(d, square), one));
    // Twice a point of order 8 has y = 0, which comes to d·y⁴ + 2y² = 1. Of lower order are y = 0, 1 and −1.
    let of_order_8 = field.add(field.mul(d, field.mul(square, square)), field.add(square, square)) == one;
    let is_small = y == Number::ZERO || square == one || of_order_8;
    // x² is their quotient, which is a square where their product is one.
    !is_small && field.is_square(field.mul(above, below))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    #[test]
    fn the_base_points_lie_on_their_curves_and_their_neighbours_do_not() {
        let points = [
            (
                Curve::P256,
                "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
                "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
            ),
            (
                Curve::P384,
                "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
                "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
            ),
            (
                Curve::P521,
                "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
                "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
            ),
        ];
        for (curve, x, y) in points {
            let (x, mut y) = (bytes(x), bytes(y));
            assert!(curve.holds(&x, &y), "{curve:?}");
            let zero = vec![0; x.len()];
            assert!(!curve.holds(&zero, &zero));
            *y.last_mut().unwrap() ^= 1;
            assert!(!curve.holds(&x, &y), "{curve:?}");
            assert!(!curve.holds(&[0xff; 80], &y));
        }
        // The coordinates of a point, one of them with the prime added, are another form of it.
        assert!(!Curve::P256.holds(&[0xff; 32], &[0xff; 32]));
    }

    #[test]
    fn points_of_small_order_and_other_forms_are_none_of_ed25519() {
        // The eight points, each with both signs of x where that is another form, and the y beyond the prime.
        let small = [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ];
        for hex in small {
            let mut point = bytes(hex);
            assert!(!is_ed25519(&point), "{hex}");
            point[31] |= 0x80;
            assert!(!is_ed25519(&point), "{hex}, the other sign");
        }
        // RFC 8032, section 7.1, and the base point.
        for hex in [
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "5866666666666666666666666666666666666666666666666666666666666666",
        ] {
            assert!(is_ed25519(&bytes(hex)), "{hex}");
        }
        // y = 2 is on no point.
        assert!(!is_ed25519(&bytes("0200000000000000000000000000000000000000000000000000000000000000")));
        assert!(!is_ed25519(&[9; 31]));
    }
}
