import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { spansOf } from '../../lib/ansi';
import { LevelMark } from './LevelMark';
import type { LeveledLine } from './useLogLines';

const LONGEST = 2000;

export interface LogLineTextProps {
  line: LeveledLine;
  isLocal: boolean;
  withReplica: boolean;
  withLevel: boolean;
  isOpen: boolean;
  // The one whose time the Tab key reaches; arrow keys go on from there.
  isStop: boolean;
  onOpen: (line: LeveledLine) => void;
  linkOf: (line: LeveledLine) => string;
  onLink: (line: LeveledLine) => void;
}

// Time (a link to this line), replica, level, text. A long text is cut until somebody wants all of it.
export function LogLineText({ line, isLocal, withReplica, withLevel, isOpen, isStop, onOpen, linkOf, onLink }: LogLineTextProps) {
  const { t } = useTranslation();
  const time = isLocal ? new Date(line.time).toLocaleTimeString(undefined, { hour12: false }) : line.time.slice(11, 23);
  const cut = isOpen ? 0 : line.line.length - LONGEST;
  const link = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onLink(line);
  };
  return (
    <>
      <a className="log-time" tabIndex={isStop ? 0 : -1} href={linkOf(line)} title={`${line.time} · ${t('logs.link')}`} onClick={link}>
        {time}
      </a>
      {withReplica && <span className="log-replica">{line.replica}</span>}
      {withLevel && <LevelMark level={line.level} />}
      <span className="log-text">
        {spansOf(cut > 0 ? line.line.slice(0, LONGEST) : line.line).map((span, index) => (
          <span key={index} className={span.classes}>
            {span.text}
          </span>
        ))}
        {cut > 0 && (
          <button type="button" className="log-more" onClick={() => onOpen(line)}>
            {t('logs.cut', { count: cut })}
          </button>
        )}
        {line.continues && <em className="log-goes-on"> {t('logs.goesOn')}</em>}
      </span>
    </>
  );
}
