//! Draws a logo anew from the uploaded file. Only the pixels are kept, so no appended script and no place where the
//! picture was taken is served.
use crate::Core;
use crate::error::{BUSY, CoreError, Failure};
use png::{BitDepth, Compression, Decoder, Encoder, Limits, Transformations};
use portvakt_model::fault::FieldRule;
use portvakt_model::organisation::{MAX_LOGO_BYTES, MAX_LOGO_SIDE};
use sha2::{Digest, Sha256};
use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The most bytes of memory that decoding takes beside the pixels. The largest logo, 1,024 by 1,024 pixels, has 4 MiB.
const MAX_MEMORY: usize = 16 * 1024 * 1024;
/// The longest time that a logo waits for the permit to be drawn.
const PATIENCE: Duration = Duration::from_secs(5);

/// A logo as it is stored.
pub(super) struct Png {
    /// The first half of its SHA-256, in hexadecimal: the name of its file.
    pub hash: String,
    pub bytes: Vec<u8>,
}

/// Draws a logo anew. Logos are drawn one at a time, on a thread for blocking work.
pub(super) async fn redrawn(core: &Core, file: Vec<u8>) -> Result<Png, CoreError> {
    let turn = timeout(PATIENCE, Arc::clone(&core.drawing).acquire_owned()).await;
    let Ok(Ok(turn)) = turn else { return Err(BUSY.into()) };
    let drawn = spawn_blocking(move || {
        // The work holds the permit, because it goes on after its request is cancelled.
        let _turn = turn;
        redraw(&file)
    });
    let bytes = drawn.await.map_err(Failure::from)?.map_err(|rule| vec![rule.of("logo")])?;
    let hash: [u8; 32] = Sha256::digest(&bytes).into();
    // 128 bits are enough for a name that cannot be guessed and does not collide by chance.
    let hash = hash[..16].iter().fold(0_u128, |hash, byte| hash << 8 | u128::from(*byte));
    Ok(Png { hash: format!("{hash:032x}"), bytes })
}

fn redraw(file: &[u8]) -> Result<Vec<u8>, FieldRule> {
    const LARGE: FieldRule = FieldRule::TooLarge(MAX_LOGO_BYTES / 1024);
    if file.len() > MAX_LOGO_BYTES as usize {
        return Err(LARGE);
    }
    let broken = |_| FieldRule::NoPng;
    let mut decoder = Decoder::new_with_limits(Cursor::new(file), Limits { bytes: MAX_MEMORY });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    // Checked in the header, before memory for the pixels is allocated.
    let (width, height) = decoder.read_header_info().map_err(broken)?.size();
    if width > MAX_LOGO_SIDE || height > MAX_LOGO_SIDE {
        return Err(FieldRule::TooManyPixels(MAX_LOGO_SIDE));
    }
    let mut reader = decoder.read_info().map_err(broken)?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or(FieldRule::NoPng)?];
    let frame = reader.next_frame(&mut pixels).map_err(broken)?;
    pixels.truncate(frame.buffer_size());

    let mut drawn = Vec::new();
    let mut encoder = Encoder::new(&mut drawn, frame.width, frame.height);
    encoder.set_color(frame.color_type);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels)).map_err(|_| FieldRule::NoPng)?;
    // The uploaded file may be packed better than this encoder packs, so twice its limit is allowed.
    if drawn.len() > 2 * MAX_LOGO_BYTES as usize { Err(LARGE) } else { Ok(drawn) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use png::ColorType;

    fn picture(width: u32, height: u32, color: ColorType) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, width, height);
        encoder.set_color(color);
        encoder.set_depth(BitDepth::Eight);
        encoder.add_text_chunk("Location".to_owned(), "59.3 N 18.1 E".to_owned()).unwrap();
        let length = width as usize * height as usize * color.samples();
        let bytes: Vec<u8> = (0..=250).cycle().take(length).collect();
        encoder.write_header().unwrap().write_image_data(&bytes).unwrap();
        file
    }

    fn pixels(file: &[u8]) -> Vec<u8> {
        let mut reader = Decoder::new(Cursor::new(file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        pixels
    }

    #[test]
    fn the_pixels_are_kept_and_nothing_else() {
        for color in [ColorType::Rgba, ColorType::Rgb, ColorType::Grayscale, ColorType::GrayscaleAlpha] {
            let mut file = picture(64, 48, color);
            file.extend_from_slice(b"<script>alert(1)</script>");
            let drawn = redraw(&file).unwrap();
            assert_eq!(pixels(&drawn), pixels(&file));
            let holds = |text: &[u8]| drawn.windows(text.len()).any(|part| part == text);
            assert!(!holds(b"Location") && !holds(b"tEXt") && !holds(b"<script"), "{color:?}");
        }
    }

    #[test]
    fn a_file_that_is_no_whole_png_is_refused() {
        let good = picture(64, 48, ColorType::Rgba);
        let mut half = good.clone();
        half.truncate(good.len() / 2);
        let mut turned = good.clone();
        turned[good.len() / 2] ^= 0xFF;
        for bad in [
            &b""[..],
            b"GIF89a",
            b"\xFF\xD8\xFF\xE0",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            &good[..8],
            &half,
            &turned,
        ] {
            assert_eq!(redraw(bad), Err(FieldRule::NoPng), "{} bytes", bad.len());
        }
    }

    #[test]
    fn more_bytes_or_pixels_than_a_logo_has_are_refused_before_they_are_unpacked() {
        assert_eq!(redraw(&vec![0; MAX_LOGO_BYTES as usize + 1]), Err(FieldRule::TooLarge(256)));
        assert!(redraw(&picture(1024, 1024, ColorType::Grayscale)).is_ok());
        for (width, height) in [(1025, 1), (1, 1025), (50_000, 50_000), (u32::MAX >> 1, 1)] {
            // Only the header has these sizes: the decoder must read nothing behind it.
            let mut file = picture(1, 1, ColorType::Grayscale);
            file[16..20].copy_from_slice(&u32::to_be_bytes(width));
            file[20..24].copy_from_slice(&u32::to_be_bytes(height));
            let crc = crc32(&file[12..29]);
            file[29..33].copy_from_slice(&crc.to_be_bytes());
            assert_eq!(redraw(&file), Err(FieldRule::TooManyPixels(1024)), "{width} by {height}");
        }
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1)))
        })
    }
}
