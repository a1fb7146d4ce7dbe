// The camera of the page for badges. Without it the code is typed; nothing else is lost.
const form = document.getElementById("badge-form");
const field = document.getElementById("code");
const scan = document.getElementById("scan");
const tiles = [...form.querySelectorAll("input[name=picture]")];
// A camera sees more than is needed: so many pixels are looked at, along the longer side.
const LOOKED_AT = 640;
const PAUSE_MS = 150;

// A code that was read is put into the form; it never stands in an address that is sent.
function take(text) {
  const code = text.slice(text.lastIndexOf("#") + 1);
  if (!code) return;
  field.value = code;
  tiles[0].focus();
}

function fromAddress() {
  // What stands behind another sign is for another script.
  if (location.hash.length > 1 && !location.hash.includes("=")) {
    take(location.hash);
    history.replaceState(null, "", location.pathname);
  }
}
fromAddress();
addEventListener("hashchange", fromAddress);

// The third picture sends the form, once there is a code; the page says so before.
document.getElementById("at-third").hidden = false;
form.addEventListener("change", () => {
  if (field.value && tiles.filter((tile) => tile.checked).length === 3) form.requestSubmit();
});

/** What reads a square from the video: the browser itself where it can. Where it cannot, as
 * on an iPad and in Firefox, the scanner is loaded, and only then. */
async function reader() {
  const kinds = "BarcodeDetector" in globalThis ? await BarcodeDetector.getSupportedFormats() : [];
  if (kinds.includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  const { default: start, read } = await import(document.querySelector("script[data-scanner]").dataset.scanner);
  await start();
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return (video) => {
    const scale = Math.min(1, LOOKED_AT / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (canvas.width === 0 || canvas.height === 0) return undefined;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return read(data, canvas.width, canvas.height);
  };
}

function useCamera() {
  const [button, video, status] = [scan.querySelector("button"), scan.querySelector("video"), scan.querySelector("p")];
  const begin = async () => {
    button.disabled = true;
    try {
      const [stream, look] = await Promise.all([
        navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } }),
        reader(),
      ]);
      const stop = () => {
        for (const track of stream.getTracks()) track.stop();
        video.srcObject = null;
        video.hidden = true;
        button.disabled = false;
      };
      addEventListener("pagehide", stop, { once: true });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      status.textContent = "Hold your badge in front of the tablet.";
      while (!video.hidden) {
        const found = await look(video);
        if (found) {
          stop();
          status.textContent = "Got it. Now tap your three pictures.";
          take(found);
        } else {
          await new Promise((done) => setTimeout(done, PAUSE_MS));
        }
      }
    } catch {
      button.disabled = false;
      status.textContent = "The camera cannot be used. Type the letters under the square.";
    }
  };
  scan.hidden = false;
  button.addEventListener("click", begin);
  // Who allowed the camera once need not ask for it again: the badge is held up, no more.
  navigator.permissions?.query({ name: "camera" }).then(({ state }) => {
    if (state === "granted" && !field.value && !button.disabled) begin();
  }, () => null);
}

if (navigator.mediaDevices) useCamera();
