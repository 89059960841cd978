import { useTranslation } from 'react-i18next';
import { CopyButton } from './CopyButton';

// The commands that do the same as the buttons beside them.
export function CliCommand({ commands }: { commands: readonly string[] }) {
  const { t } = useTranslation();
  if (commands.length === 0) return null;
  return (
    <details className="cli">
      <summary>CLI</summary>
      <div className="stack-small">
        {commands.map((command) => (
          <span key={command} className="code-line">
            <code tabIndex={0}>{command}</code>
            <CopyButton text={command} what={t('common.command')} />
          </span>
        ))}
      </div>
    </details>
  );
}
