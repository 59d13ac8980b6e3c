/** Starts the portal: language, configuration, session, then the screens. Anything that stops the start is shown, never a white page. */
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './app/theme.css';
import './app/print.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Boot } from './app/boot';
import { tellStyleNonce } from './app/style-nonce';
import { startLocale } from './i18n';

tellStyleNonce();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
const portal = createRoot(root);
const render = () =>
  portal.render(
    <StrictMode>
      <Boot />
    </StrictMode>,
  );
// The texts of another language are a file of their own; where it cannot be had, the portal speaks English.
startLocale().then(render, render);
// Nothing that shows at first: fetched when that has been asked for.
void import('./app/focus-return').then(({ returnFocus }) => returnFocus());
