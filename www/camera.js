// The camera as a source of QR codes. What it sees goes to the QR module and nowhere else.
//
// What is thrown is a stable code as a string: camera_refused, camera_missing, camera_failed.
import { locate } from './qr-image.js';

let stream;

const nameOf = (error) =>
  ({ NotAllowedError: 'camera_refused', SecurityError: 'camera_refused', NotFoundError: 'camera_missing' })[
    error?.name
  ] ?? 'camera_failed';

/** Lets go of the camera: its light goes out. */
export function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = undefined;
}

/**
 * Shows the camera in a `<video>` until a picture has QR codes in it, and gives their texts; none if
 * it was stopped before.
 */
export async function scan(video) {
  stop();
  let own;
  try {
    own = stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 1280 } },
    });
    video.srcObject = own;
    await video.play();
  } catch (error) {
    own?.getTracks().forEach((track) => track.stop());
    throw nameOf(error);
  }
  try {
    while (stream === own) {
      // One picture after the other, however long each takes.
      await new Promise((done) => setTimeout(done, 120));
      if (stream !== own || !video.videoWidth) continue;
      const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context.drawImage(video, 0, 0);
      const codes = await locate(context.getImageData(0, 0, canvas.width, canvas.height), 600);
      if (codes.length && stream === own) return codes.map((code) => code.text);
    }
    return [];
  } finally {
    if (stream === own) stop();
    video.srcObject = null;
  }
}
