// The service worker. It keeps one page without anybody's data, with its style and
// scripts, and nothing else: pages of people who are signed in, calls and files are never
// touched. Where the network does not answer, a page becomes that one.
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

// Only when the person says so: never in the middle of work.
self.addEventListener('message', (event) => {
  if (event.data === 'use-new-version') {
    self.skipWaiting();
  }
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.mode === 'navigate') {
    event.respondWith(page(event));
  } else if (request.method === 'GET' && FILES.includes(new URL(request.url).pathname)) {
    event.respondWith((async () => (await caches.match(new URL(request.url).pathname)) ?? fetch(request))());
  }
});

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(SHELL)) ?? Response.error();
  }
}
