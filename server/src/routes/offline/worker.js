// The service worker. It keeps one page without anybody's data, with its style and
// scripts, and the school's colour, and nothing else: pages of people who are signed in,
// calls and files are never touched. Where the network does not answer, a page becomes that one.
const SHELL = '/shell';
const FILES = __FILES__;
const CACHE = 'shell-__VERSION__';

/** What may be kept: only what the server itself calls the same for everybody. Cookies
 * are neither sent nor taken, so that the answer cannot be anybody's. */
async function keep(cache, path) {
  const answer = await fetch(path, { credentials: 'omit', cache: 'no-cache' });
  if (!answer.ok || answer.redirected || answer.headers.get('X-Cache-Class') !== 'public') {
    throw new Error(`${path} is not for everybody`);
  }
  await cache.put(path, answer);
}

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await Promise.all([SHELL, ...FILES].map((path) => keep(cache, path)));
  })());
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith('shell-') && name !== CACHE) {
        await caches.delete(name);
      }
    }
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  })());
});

// A new version only when the person says so: never in the middle of work.
self.addEventListener('message', (event) => {
  if (event.data === 'use-new-version') {
    self.skipWaiting();
  } else if (event.data === 'watch-over-me') {
    event.waitUntil(self.clients.claim());
  }
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'POST' && new URL(request.url).pathname === '/share') {
    event.respondWith(takePhoto(request));
  } else if (request.mode === 'navigate') {
    event.respondWith(page(event));
  } else if (request.method === 'GET' && FILES.includes(new URL(request.url).pathname)) {
    event.respondWith((async () => (await caches.match(new URL(request.url).pathname)) ?? fetch(request))());
  } else if (request.method === 'GET' && new URL(request.url).pathname.startsWith('/hue/')) {
    event.respondWith(colour(request));
  }
});

/** Kept once a page has asked for it. A tablet that was emptied stays so. */
async function colour(request) {
  const { pathname } = new URL(request.url);
  if (!(await caches.match(pathname)) && (await caches.has(CACHE))) {
    await keep(await caches.open(CACHE), pathname).catch(() => null);
  }
  return (await caches.match(pathname)) ?? fetch(request);
}

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    const { method, url, cache } = event.request;
    // Back to what a form was answered with. No browser keeps that or asks for it anew, so
    // nothing is known of the network.
    const isBack = cache === 'only-if-cached';
    if (method === 'GET') {
      const anew = isBack && (await fetch(url, { redirect: 'manual' }).catch(() => null));
      return anew || shell();
    }
    // Of these the shell knows what was kept, or who is gone.
    const isKnown = /\/(hand-in|draft|sign-out|sign-in|badge|forget-device)$/.test(new URL(url).pathname);
    if (isKnown) {
      return isBack ? Response.redirect(url.replace(/\/(hand-in|draft|sign-out|forget-device)$/, ''), 303) : shell();
    }
    return isBack ? notKept(url) : notAnswered();
  }
}

const shell = async () => (await caches.match(SHELL)) ?? Response.error();

/** In place of the answer to a form. Loaded again, it sends the form again: the school may
 * have it already, where only the answer was lost. */
const notAnswered = () => plain('No network', `<h1>There is no network</h1>
<p>What you wrote may not have arrived. It is not lost while this page stays open.</p>
<p>Once there is a network, <a href="/home" target="_blank">look in another window</a> whether it is there. If it is not, send it again.</p>
<p><button class="btn btn-main" type="button" onclick="location.reload()">Send it again</button></p>`);

/** Where somebody goes back to the answer to a form. Loaded again, it gives back the words that
 * the form was sent with. */
const notKept = (url) => plain('Open the form again', `<h1>Open the form again</h1>
<p>Here was the answer to a form that you had sent. That page is not kept.</p>
<p><a class="btn btn-main" href="${url}">Open the form</a></p>
<p>If the form was refused, or may not have arrived, you can also send it once more with the words that it had then.</p>
<p><button class="btn" type="button" onclick="location.reload()">Send it again</button></p>`);

function plain(title, inside) {
  const style = FILES.find((file) => file.endsWith('.css'));
  return new Response(`<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Classimize</title><link rel="stylesheet" href="${style}"></head><body><main class="page stack">${inside}</main></body></html>`, { status: 503, headers: { 'Content-Type': 'text/html' } });
}

/**
 * A photo that another app gives to ours. It is kept encrypted, whoever is signed in, and
 * with a network or without. Its key lies beside it, encrypted in its turn: the window that
 * opens gets what opens the key behind the sign in the address that is never sent, and
 * takes the key away. So the photo survives signing in, nobody else can open it, and an
 * address that the browser remembers is worth nothing. The worker itself may be stopped
 * at any time, so it remembers nothing.
 */
async function takePhoto(request) {
  try {
    const files = (await request.formData()).getAll('files').filter((file) => file instanceof File && file.size > 0);
    const [secret, once] = await Promise.all([newKey(), newKey()]);
    const items = await Promise.all(files.map(async (file) => {
      const head = `${JSON.stringify({ name: file.name, type: file.type })}\n`;
      return sealed(crypto.randomUUID(), secret, await new Blob([head, file]).arrayBuffer());
    }));
    await keepShared([...items, await sealed('key', once, await rawOf(secret))]);
    const key = Array.from(new Uint8Array(await rawOf(once)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return Response.redirect(`/share#photo=${key}`, 303);
  } catch {
    return Response.redirect('/share?done=share-again', 303);
  }
}

const newKey = () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt']);
const rawOf = (key) => crypto.subtle.exportKey('raw', key);

async function sealed(id, key, plain) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { id, at: Date.now(), iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain) };
}

/** In place of what was shared before and never added. */
function keepShared(items) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open('shared', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('items', { keyPath: 'id' });
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const transaction = asked.result.transaction('items', 'readwrite', { durability: 'strict' });
      const store = transaction.objectStore('items');
      store.clear();
      items.forEach((item) => store.put(item));
      transaction.oncomplete = () => {
        asked.result.close();
        resolve();
      };
      transaction.onabort = () => reject(transaction.error);
    };
  });
}
