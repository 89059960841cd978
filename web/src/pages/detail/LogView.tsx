import { useVirtualizer } from '@tanstack/react-virtual';
import { Button } from 'antd';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { isSameLine, type LinkedLine } from '../../lib/logFilters';
import { useKey } from '../../ui/useKey';
import { LogLineText } from './LogLineText';
import type { LeveledLine } from './useLogLines';

const LINE_HEIGHT = 20;
const NEAR_END = 40;

interface LogViewProps {
  lines: LeveledLine[];
  empty: string | undefined;
  isWrapped: boolean;
  isLocal: boolean;
  withReplica: boolean;
  linked: LinkedLine | null;
  // Begin at the linked line, not at the end.
  isAround: boolean;
  linkOf: (line: LeveledLine) => string;
  onLink: (line: LeveledLine) => void;
}

const keyOf = (line: LeveledLine | undefined): string => `${line?.replica}:${line?.number}`;

// Follows the end until somebody scrolls up, and again from "Scroll to Bottom".
export function LogView({ lines, empty, isWrapped, isLocal, withReplica, linked, isAround, linkOf, onLink }: LogViewProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(!isAround);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    getItemKey: (index) => keyOf(lines[index]),
  });
  const height = rows.getTotalSize();
  const isMeasured = isWrapped || open.size > 0;
  useEffect(() => rows.measure(), [isMeasured, isWrapped, rows]);
  useLayoutEffect(() => {
    if (isFollowing && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [isFollowing, height]);
  const at = isAround ? lines.findIndex((line) => isSameLine(linked, line)) : -1;
  useEffect(() => {
    setFollowing(!isAround);
    if (at >= 0) rows.scrollToIndex(at, { align: 'center' });
  }, [isAround, at, rows]);
  useKey('End', () => setFollowing(true));
  const onScroll = () => {
    const element = box.current;
    if (element) setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END);
  };
  // From one time to the next: two thousand stops of the Tab key would be a trap.
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target instanceof Element && event.target.matches('.log-time') ? event.target.closest('.log-line') : null;
    if (!step || !row) return;
    event.preventDefault();
    const next = Number(row.getAttribute('data-index')) + step;
    box.current?.querySelector<HTMLElement>(`[data-index="${next}"] .log-time`)?.focus();
  };
  const virtual = rows.getVirtualItems();
  const stop = lines.some((line) => isSameLine(linked, line)) ? linked : (lines[virtual.at(-1)?.index ?? -1] ?? null);
  const withLevel = lines.some((line) => line.level);
  return (
    <div className="log-frame">
      <div ref={box} className={isWrapped ? 'log-box log-wrapped' : 'log-box'} onScroll={onScroll} onKeyDown={onKeyDown} tabIndex={0} role="log" aria-label={t('detail.tab.logs')} aria-live="off">
        {empty && <p className="log-empty">{empty}</p>}
        <div className="virtual" style={{ height }}>
          {virtual.map((row) => {
            const line = lines[row.index];
            if (!line) return null;
            const isOpen = open.has(keyOf(line));
            const isLinked = isSameLine(linked, line);
            return (
              <div
                key={row.key}
                ref={isMeasured ? rows.measureElement : undefined}
                data-index={row.index}
                className={`log-line log-${line.stream}${isOpen ? ' log-open' : ''}${isLinked ? ' log-linked' : ''}`}
                aria-current={isLinked || undefined}
                style={{ transform: `translateY(${row.start}px)` }}
              >
                <LogLineText
                  line={line}
                  isLocal={isLocal}
                  withReplica={withReplica}
                  withLevel={withLevel}
                  isOpen={isOpen}
                  isStop={isSameLine(stop, line)}
                  onOpen={(one) => setOpen(new Set(open).add(keyOf(one)))}
                  linkOf={linkOf}
                  onLink={onLink}
                />
              </div>
            );
          })}
        </div>
      </div>
      {!isFollowing && (
        <Button className="log-bottom" type="primary" onClick={() => setFollowing(true)}>
          {t('logs.bottom')}
        </Button>
      )}
    </div>
  );
}
