import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import 'virtual:antd.css';
import './app/app.css';
import { startLanguage } from './i18n';

void startLanguage().then(() => {
  const root = document.getElementById('root');
  if (root) createRoot(root).render(<App />);
});
