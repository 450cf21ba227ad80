import { existsSync, readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// While developing, calls go to a running server with the token it wrote for its operator; the build knows neither.
const server = process.env.XENIOS_SERVER ?? 'http://127.0.0.1:7400';
const operator = process.env.XENIOS_OPERATOR ?? '../.data/operator.json';

function toServer() {
  return {
    target: server,
    changeOrigin: true,
    configure: (proxy) =>
      proxy.on('proxyReq', (request) => {
        if (existsSync(operator)) {
          request.setHeader('Authorization', `Bearer ${JSON.parse(readFileSync(operator, 'utf8')).token}`);
        }
      }),
  };
}

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: { target: 'es2022', sourcemap: false, modulePreload: { polyfill: false }, assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  server: { host: '127.0.0.1', port: 7480, strictPort: true, proxy: { '/api': toServer(), '^/e/[^/]+/api': toServer() } },
});
