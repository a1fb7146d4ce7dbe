//! Numbers of a finite field with 2^n elements, n at most 8: what `rqrr` mends a smudged
//! square with. The crate of this name on crates.io does the same from a table of 64 KB
//! that does not compress; a tablet would load it before it could read a badge. Here
//! nothing is looked up: a product takes eight steps, and a badge a few thousand products.

use std::ops::{Add, AddAssign, Div, Mul, MulAssign};

/// A field whose elements are polynomials over two elements, written as bits.
pub trait GaloisField:
    Add<Output = Self>
    + AddAssign
    + Mul<Output = Self>
    + MulAssign
    + Div<Output = Self>
    + Copy
    + PartialEq
{
    /// Neutral to addition.
    const ZERO: Self;
    /// Neutral to multiplication.
    const ONE: Self;
    /// Its powers are all elements but [`Self::ZERO`].
    const GENERATOR: Self;

    /// The product of `exponent` times `self`.
    #[must_use]
    fn pow(self, exponent: usize) -> Self {
        let (mut product, mut square, mut left) = (Self::ONE, self, exponent);
        while left > 0 {
            if left % 2 == 1 {
                product *= square;
            }
            square *= square;
            left /= 2;
        }
        product
    }
}

/// The product of two polynomials of fewer than `bits` bits, less `modulus` as often as it
/// goes in.
#[must_use]
pub const fn product(mut one: u32, mut other: u32, bits: u32, modulus: u32) -> u32 {
    let mut sum = 0;
    while other > 0 {
        if other & 1 == 1 {
            sum ^= one;
        }
        one <<= 1;
        if one >> bits == 1 {
            one ^= modulus;
        }
        other >>= 1;
    }
    sum
}

/// Declares a field: its name, the number of bits of an element, and the modulus, of which
/// the element 2 has to be a generator.
#[macro_export]
macro_rules! g2p {
    ($name:ident, $bits:literal, modulus: $modulus:literal) => {
        /// An element.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub u8);

        impl $crate::GaloisField for $name {
            const ZERO: Self = Self(0);
            const ONE: Self = Self(1);
            const GENERATOR: Self = Self(2);
        }
        impl ::std::ops::Add for $name {
            type Output = Self;
            #[expect(
                clippy::suspicious_arithmetic_impl,
                reason = "the sum in a field of two is the exclusive or"
            )]
            fn add(self, other: Self) -> Self {
                Self(self.0 ^ other.0)
            }
        }
        impl ::std::ops::AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }
        impl ::std::ops::Mul for $name {
            type Output = Self;
            fn mul(self, other: Self) -> Self {
                let product = $crate::product(self.0.into(), other.0.into(), $bits, $modulus);
                Self(u8::try_from(product).unwrap_or_default())
            }
        }
        impl ::std::ops::MulAssign for $name {
            fn mul_assign(&mut self, other: Self) {
                *self = *self * other;
            }
        }
        impl ::std::ops::Div for $name {
            type Output = Self;
            /// By zero it is zero.
            fn div(self, other: Self) -> Self {
                self * $crate::GaloisField::pow(other, (1 << $bits) - 2)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use fields::{Large, Small};

    #[expect(
        unreachable_pub,
        reason = "whoever uses the macro may hand its field on"
    )]
    mod fields {
        crate::g2p!(Small, 4, modulus: 0b1_0011);
        crate::g2p!(Large, 8, modulus: 0b1_0001_1101);
    }

    #[test]
    fn the_powers_of_the_generator_are_all_elements_but_zero() {
        let mut small: Vec<u8> = (0..15).map(|at| Small::GENERATOR.pow(at).0).collect();
        small.sort_unstable();
        assert_eq!(small, (1..16).collect::<Vec<u8>>());
        let mut large: Vec<u8> = (0..255).map(|at| Large::GENERATOR.pow(at).0).collect();
        large.sort_unstable();
        assert_eq!(large, (1..=255).collect::<Vec<u8>>());
        assert_eq!(Large::GENERATOR.pow(255), Large::ONE);
        // As the standard of the squares has it: 2^8 is what the modulus leaves of it.
        assert_eq!(Large::GENERATOR.pow(8), Large(0b1_1101));
    }

    #[test]
    fn division_undoes_multiplication_and_both_go_over_sums() {
        for one in 0..=255 {
            for other in 1..=255 {
                let (one, other) = (Large(one), Large(other));
                assert_eq!(one * other / other, one);
                let third = Large(other.0.wrapping_mul(37));
                assert_eq!((one + third) * other, one * other + third * other);
            }
        }
    }
}
