// The sign-in page. Most who come here have nothing on this device: for them the script
// for work without a network is not loaded. Where anything lies here, it is: to deliver
// what waits, and to take away what somebody left behind.
navigator.serviceWorker?.register('/sw.js', { updateViaCache: 'none' }).catch(() => null);

async function isSomethingHere() {
  if (!indexedDB.databases) {
    return true;
  }
  return (await indexedDB.databases()).length > 0;
}

const { offline } = document.querySelector('script[data-offline]').dataset;
if (await isSomethingHere().catch(() => true)) {
  import(offline);
}
