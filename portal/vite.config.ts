/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The built files are embedded into the binary and served from `/` under script-src 'self'.
const server = process.env.CASEWRIGHT_URL ?? 'http://127.0.0.1:8787';
const proxied = { target: server, changeOrigin: false };

export default defineConfig({
  plugins: [react()],
  // The server writes the path below which it is reached into the page; scripts find each other by where they are themselves.
  base: './',
  build: {
    target: 'es2023',
    sourcemap: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    assetsInlineLimit: 0,
  },
  server: {
    port: 5173,
    // A test holds names against the actions that the server lists.
    fs: { allow: ['.', '../platform/access/src/explain'] },
    proxy: { '/api/v1/live': { ...proxied, ws: true }, '/api': proxied, '/auth': proxied, '/files': proxied },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], pool: 'threads', testTimeout: 30_000 },
});
