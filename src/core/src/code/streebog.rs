//! The hash function GOST R 34.11-2012 ("Streebog", RFC 6986), and HMAC with it.
//!
//! Written for size: the usual tables would take 16 KiB of a module that every click loads, for a
//! hash that hardly anybody's codes use. A code takes some twenty compressions; that is fast enough.

use zeroize::Zeroizing;

const BLOCK: usize = 64;

/// 512 bits, the least significant word first.
type Block = [u64; 8];

/// HMAC (RFC 2104; RFC 7836, section 4.1) of `message` with `length` bytes, 32 or 64.
pub(super) fn hmac(key: &[u8], message: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let mut padded = Zeroizing::new(match key.len() > BLOCK {
        true => hash(key, length).to_vec(),
        false => key.to_vec(),
    });
    padded.resize(BLOCK, 0);
    let keyed = |pad: u8, rest: &[u8]| {
        let mut text = Zeroizing::new(Vec::with_capacity(BLOCK + rest.len()));
        text.extend(padded.iter().map(|byte| byte ^ pad));
        text.extend_from_slice(rest);
        hash(&text, length)
    };
    let inner = keyed(0x36, message);
    keyed(0x5c, &inner)
}

/// The hash with `length` bytes, 32 or 64 (RFC 6986, section 6).
fn hash(message: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let mut state: Block = [if length == 32 {
        0x0101_0101_0101_0101
    } else {
        0
    }; 8];
    let (mut bits, mut sum): (Block, Block) = ([0; 8], [0; 8]);
    let mut blocks = message.chunks_exact(BLOCK);
    for bytes in blocks.by_ref() {
        let block = words(bytes);
        compress(&mut state, &bits, &block);
        add(&mut bits, &[8 * BLOCK as u64, 0, 0, 0, 0, 0, 0, 0]);
        add(&mut sum, &block);
    }
    let rest = blocks.remainder();
    let mut last = Zeroizing::new(rest.to_vec());
    last.push(1);
    last.resize(BLOCK, 0);
    let block = words(&last);
    compress(&mut state, &bits, &block);
    add(&mut bits, &[8 * rest.len() as u64, 0, 0, 0, 0, 0, 0, 0]);
    add(&mut sum, &block);
    compress(&mut state, &[0; 8], &bits);
    compress(&mut state, &[0; 8], &sum);
    let bytes = state.iter().flat_map(|word| word.to_le_bytes());
    Zeroizing::new(bytes.skip(BLOCK - length).collect())
}

/// The compression function g (section 5.3): `state` becomes its value for `block` at `count`.
fn compress(state: &mut Block, count: &Block, block: &Block) {
    let mut key = mix(state, count);
    let mut text = *block;
    for constant in &CONSTANTS {
        text = mix(&text, &key);
        key = mix(&key, constant);
    }
    for (((own, text), key), block) in state.iter_mut().zip(text).zip(key).zip(block) {
        *own ^= text ^ key ^ block;
    }
}

/// Adds, substitutes, permutes and maps: LPSX (section 5.2).
fn mix(a: &Block, b: &Block) -> Block {
    let mut result = [0; 8];
    for (row, word) in result.iter_mut().enumerate() {
        let bytes = a.iter().zip(b).map(|(a, b)| ((a ^ b) >> (8 * row)) as u8);
        for (byte, lines) in bytes.zip(LINEAR.chunks_exact(8)) {
            let byte = SUBSTITUTION
                .get(usize::from(byte))
                .copied()
                .unwrap_or_default();
            for (bit, line) in lines.iter().enumerate() {
                // All ones for a bit that is set: no branch on what may be secret.
                *word ^= line & 0_u64.wrapping_sub(u64::from(byte >> bit & 1));
            }
        }
    }
    result
}

/// Adds modulo 2^512.
fn add(own: &mut Block, other: &Block) {
    let mut carry = false;
    for (own, other) in own.iter_mut().zip(other) {
        let (sum, first) = own.overflowing_add(*other);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        (*own, carry) = (sum, first | second);
    }
}

fn words(bytes: &[u8]) -> Block {
    let mut block = [0; 8];
    for (word, bytes) in block.iter_mut().zip(bytes.chunks_exact(8)) {
        *word = bytes.try_into().map(u64::from_le_bytes).unwrap_or_default();
    }
    block
}

/// The substitution π (section 5.1).
#[rustfmt::skip]
const SUBSTITUTION: [u8; 256] = [
    252, 238, 221, 17, 207, 110, 49, 22, 251, 196, 250, 218, 35, 197, 4, 77,
    233, 119, 240, 219, 147, 46, 153, 186, 23, 54, 241, 187, 20, 205, 95, 193,
    249, 24, 101, 90, 226, 92, 239, 33, 129, 28, 60, 66, 139, 1, 142, 79,
    5, 132, 2, 174, 227, 106, 143, 160, 6, 11, 237, 152, 127, 212, 211, 31,
    235, 52, 44, 81, 234, 200, 72, 171, 242, 42, 104, 162, 253, 58, 206, 204,
    181, 112, 14, 86, 8, 12, 118, 18, 191, 114, 19, 71, 156, 183, 93, 135,
    21, 161, 150, 41, 16, 123, 154, 199, 243, 145, 120, 111, 157, 158, 178, 177,
    50, 117, 25, 61, 255, 53, 138, 126, 109, 84, 198, 128, 195, 189, 13, 87,
    223, 245, 36, 169, 62, 168, 67, 201, 215, 121, 214, 246, 124, 34, 185, 3,
    224, 15, 236, 222, 122, 148, 176, 188, 220, 232, 40, 80, 78, 51, 10, 74,
    167, 151, 96, 115, 30, 0, 98, 68, 26, 184, 56, 130, 100, 159, 38, 65,
    173, 69, 70, 146, 39, 94, 85, 47, 140, 163, 165, 125, 105, 213, 149, 59,
    7, 88, 179, 64, 134, 172, 29, 247, 48, 55, 107, 228, 136, 217, 231, 137,
    225, 27, 131, 73, 76, 63, 248, 254, 141, 83, 170, 144, 202, 216, 133, 97,
    32, 113, 103, 164, 45, 43, 9, 91, 203, 155, 37, 208, 190, 229, 108, 82,
    89, 166, 116, 210, 230, 244, 180, 192, 209, 102, 175, 194, 57, 75, 99, 182,
];

/// The rows of the matrix A (section 5.4), that of the lowest bit first.
#[rustfmt::skip]
const LINEAR: [u64; 64] = [
    0x641c_314b_2b8e_e083, 0xc838_6296_5601_dd1b, 0x8d70_c431_ac02_a736, 0x07e0_9562_4504_536c,
    0x0edd_37c4_8a08_a6d8, 0x1ca7_6e95_0910_51ad, 0x3853_dc37_1220_a247, 0x70a6_a56e_2440_598e,
    0xa48b_474f_9ef5_dc18, 0x550b_8e9e_21f7_a530, 0xaa16_0121_42f3_5760, 0x492c_0242_84fb_aec0,
    0x9258_0484_15eb_419d, 0x39b0_0815_2acb_8227, 0x727d_102a_548b_194e, 0xe4fa_2054_a80b_329c,
    0xf97d_86d9_8a32_7728, 0xeffa_11af_0964_ee50, 0xc3e9_2243_12c8_c1a0, 0x9bcf_4486_248d_9f5d,
    0x2b83_8811_4807_23ba, 0x561b_0d22_900e_4669, 0xac36_1a44_3d1c_8cd2, 0x456c_3488_7a38_05b9,
    0x5b06_8c65_1810_a89e, 0xb60c_05ca_3020_4d21, 0x7118_0a89_6040_9a42, 0xe230_140f_c080_2984,
    0xd960_281e_9d1d_5215, 0xafc0_503c_273a_a42a, 0x439d_a078_4e74_5554, 0x8627_5df0_9ce8_aaa8,
    0x0321_658c_ba93_c138, 0x0642_ca05_693b_9f70, 0x0c84_890a_d276_23e0, 0x1815_0f14_b9ec_46dd,
    0x302a_1e28_6fc5_8ca7, 0x6054_3c50_de97_0553, 0xc0a8_78a0_a133_0aa6, 0x9d4d_f05d_5f66_1451,
    0xaccc_9ca9_328a_8950, 0x4585_254f_6409_0fa0, 0x8a17_4a9e_c812_1e5d, 0x092e_9421_8d24_3cba,
    0x125c_3542_0748_7869, 0x24b8_6a84_0e90_f0d2, 0x486d_d415_1c3d_fdb9, 0x90da_b52a_387a_e76f,
    0x46b6_0f01_1a83_988e, 0x8c71_1e02_341b_2d01, 0x05e2_3c04_6836_5a02, 0x0ad9_7808_d06c_b404,
    0x14af_f010_bdd8_7508, 0x2843_fd20_67ad_ea10, 0x5086_e740_ce47_c920, 0xa011_d380_818e_8f40,
    0x8347_8b07_b246_8764, 0x1b8e_0b0e_798c_13c8, 0x3601_161c_f205_268d, 0x6c02_2c38_f90a_4c07,
    0xd804_5870_ef14_980e, 0xad08_b0e0_c328_2d1c, 0x4710_7ddd_9b50_5a38, 0x8e20_faa7_2ba0_b470,
];

/// The iteration constants C (section 5.5).
#[rustfmt::skip]
const CONSTANTS: [Block; 12] = [
    [
        0xdd80_6559_f2a6_4507, 0x0576_7436_cc74_4d23, 0xa242_2a08_a460_d315, 0x4b7c_e091_9267_6901,
        0x714e_b88d_7585_c4fc, 0x2f6a_7643_2e45_d016, 0xebcb_2f81_c065_7c1f, 0xb108_5bda_1eca_dae9,
    ],
    [
        0xe679_0470_21b1_9bb7, 0x55dd_a21b_d7cb_cd56, 0x5cb5_61c2_db0a_a7ca, 0x9ab5_176b_12d6_9958,
        0x61d5_5e0f_16b5_0131, 0xf3fe_ea72_0a23_2b98, 0x4fe3_9d46_0f70_b5d7, 0x6fa3_b58a_a99d_2f1a,
    ],
    [
        0x991e_96f5_0aba_0ab2, 0xc2b6_f443_867a_db31, 0xc1c9_3a37_6062_db09, 0xd3e2_0fe4_9035_9eb1,
        0xf2ea_7514_b129_7b7b, 0x06f1_5e5f_529c_1f8b, 0x0a39_fc28_6a3d_8435, 0xf574_dcac_2bce_2fc7,
    ],
    [
        0x220c_bebc_84e3_d12e, 0x3453_eaa1_93e8_37f1, 0xd8b7_1333_9352_03be, 0xa9d7_2c82_ed03_d675,
        0x9d72_1cad_685e_353f, 0x488e_857e_335c_3c7d, 0xf948_e1a0_5d71_e4dd, 0xef1f_dfb3_e815_66d2,
    ],
    [
        0x6017_58fd_7c6c_fe57, 0x7a56_a27e_a9ea_63f5, 0xdfff_00b7_2327_1a16, 0xbfcd_1747_253a_f5a3,
        0x359e_35d7_800f_ffbd, 0x7f15_1c1f_1686_104a, 0x9a3f_410c_6ca9_2363, 0x4bea_6bac_ad47_4799,
    ],
    [
        0xfa68_407a_4664_7d6e, 0xbf71_c572_3690_4f35, 0x0af2_1f66_c2be_c6b6, 0xcffa_a6b7_1c9a_b7b4,
        0x187f_9ab4_9af0_8ec6, 0x2d66_c4f9_5142_a46c, 0x6fa4_c33b_7a30_39c0, 0xae4f_aeae_1d3a_d3d9,
    ],
    [
        0x8886_564d_3a14_d493, 0x3517_454c_a23c_4af3, 0x0647_6983_284a_0504, 0x0992_abc5_2d82_2c37,
        0xd347_3e33_197a_93c9, 0x399e_c6c7_e6bf_87c9, 0x51ac_86fe_bf24_0954, 0xf4c7_0e16_eeaa_c5ec,
    ],
    [
        0xa47f_0dd4_bf02_e71e, 0x36ac_c235_5951_a8d9, 0x69d1_8d2b_d1a5_c42f, 0xf489_2bcb_929b_0690,
        0x89b4_443b_4ddb_c49a, 0x4eb7_f871_9c36_de1e, 0x03e7_aa02_0c6e_4141, 0x9b1f_5b42_4d93_c9a7,
    ],
    [
        0x7261_4451_8323_5adb, 0x0e38_dc92_cb1f_2a60, 0x7b2b_8a9a_a607_9c54, 0x800a_440b_dbb2_ceb1,
        0x3cd9_55b7_e00d_0984, 0x3a7d_3a1b_2589_4224, 0x944c_9ad8_ec16_5fde, 0x378f_5a54_1631_229b,
    ],
    [
        0x74b4_c7fb_9845_9ced, 0x3698_fad1_153b_b6c3, 0x7a1e_6c30_3b76_52f4, 0x9fe7_6702_af69_334b,
        0x1fff_e18a_1b33_6103, 0x8941_e71c_ff8a_78db, 0x382a_e548_b2e4_f3f3, 0xabbe_dea6_8005_6f52,
    ],
    [
        0x6bca_a4cd_81f3_2d1b, 0xdea2_594a_c06f_d85d, 0xefba_cd1d_7d47_6e98, 0x8a1d_71ef_ea48_b9ca,
        0x2001_8021_1484_6679, 0xd8fa_6bbb_ebab_0761, 0x3002_c6cd_635a_fe94, 0x7bcd_9ed0_efc8_89fb,
    ],
    [
        0x48bc_924a_f11b_d720, 0xfaf4_17d5_d9b2_1b99, 0xe71d_a4aa_88e1_2852, 0x5d80_ef9d_1891_cc86,
        0xf820_12d4_3021_9f9b, 0xcda4_3c32_bcdf_1d77, 0xd213_80b0_0449_b17a, 0x378e_e767_f116_31ba,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;
    use ::streebog::{Digest, Streebog256, Streebog512};
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    #[test]
    fn rfc_6986_section_10() {
        // Message 1, as bytes in the order in which they are hashed.
        let message = b"012345678901234567890123456789012345678901234567890123456789012";
        assert_eq!(
            HEXLOWER.encode(&hash(message, 64)),
            "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa\
             00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48"
        );
        assert_eq!(
            HEXLOWER.encode(&hash(message, 32)),
            "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500"
        );
    }

    #[test]
    fn rfc_7836_appendix_b() {
        let key: Vec<u8> = (0..32).collect();
        let message = HEXLOWER
            .decode(b"0126bdb87800af214341456563780100")
            .unwrap();
        assert_eq!(
            HEXLOWER.encode(&hmac(&key, &message, 32)),
            "a1aa5f7de402d7b3d323f2991c8d4534013137010a83754fd0af6d7cd4922ed9"
        );
        assert_eq!(
            HEXLOWER.encode(&hmac(&key, &message, 64)),
            "a59bab22ecae19c65fbde6e5f4e9f5d8549d31f037f9df9b905500e171923a77\
             3d5f1530f2ed7e964cb2eedc29e9ad2f3afe93b2814f79f5000ffc0366c251e6"
        );
    }

    proptest! {
        #[test]
        fn equals_another_implementation(message in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(&hash(&message, 32)[..], &Streebog256::digest(&message)[..]);
            prop_assert_eq!(&hash(&message, 64)[..], &Streebog512::digest(&message)[..]);
        }
    }
}
