import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { preferredLanguage, speak } from './texts';

// Before anything is drawn, so that nothing flashes.
const scheme = localStorage.getItem('mantine-color-scheme-value') ?? 'auto';
const isDark = scheme === 'dark' || (scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');

const place = document.getElementById('root');
if (place !== null) {
  await speak(preferredLanguage());
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
