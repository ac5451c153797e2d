// QR codes: by the browser's own reader, where it has one. No other code reads them.

const EVERY_MS = 250;

/** Why no QR code can be read here; the message says what to do instead. `canReadPhotos`: whether a photo may help. */
export class CannotScan extends Error {
  constructor(message, canReadPhotos) {
    super(message);
    this.canReadPhotos = canReadPhotos;
  }
}

/** @throws {CannotScan} */
async function detector() {
  const formats = "BarcodeDetector" in globalThis ? await BarcodeDetector.getSupportedFormats() : [];
  if (!formats.includes("qr_code")) {
    throw new CannotScan(
      "This browser cannot read QR codes. Read the code with your phone's camera, copy what it shows, and paste it below; or choose the credential's file.",
      false,
    );
  }
  return new BarcodeDetector({ formats: ["qr_code"] });
}

/**
 * Shows the camera's picture, and reads it until a code is there or `signal` says stop.
 * @param {HTMLVideoElement} video @param {AbortSignal} signal
 * @returns {Promise<string | null>} null where it was stopped @throws {CannotScan}
 */
export async function scanned(video, signal) {
  const reader = await detector();
  const stream = await camera();
  video.srcObject = stream;
  try {
    await video.play();
    return await firstCode(reader, video, signal);
  } finally {
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  }
}

async function camera() {
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (error) {
    const told = error.name === "NotAllowedError" ? "The camera was not permitted." : "No camera could be used.";
    throw new CannotScan(`${told} Use a photo of the code, choose the credential's file, or paste its text.`, true);
  }
}

async function firstCode(reader, video, signal) {
  while (!signal.aborted) {
    const [code] = await reader.detect(video);
    if (code !== undefined) {
      return code.rawValue;
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  return null;
}

/** The code in a photo. @param {Blob} photo @returns {Promise<string>} @throws {CannotScan} */
export async function codeInPhoto(photo) {
  const reader = await detector();
  let picture;
  try {
    picture = await createImageBitmap(photo);
  } catch {
    throw new CannotScan("That file is no picture.", true);
  }
  const [code] = await reader.detect(picture);
  if (code === undefined) {
    throw new CannotScan("There is no QR code to be read in the photo. Take it from nearer, straight on, in good light.", true);
  }
  return code.rawValue;
}
