import { useVirtualizer } from '@tanstack/react-virtual';
import { Button } from 'antd';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogLine } from '../../api/types';
import { spansOf } from '../../lib/ansi';

const LINE_HEIGHT = 20;
const LONGEST = 2000;
const NEAR_END = 40;

interface LogViewProps {
  lines: LogLine[];
  empty: string | undefined;
  isWrapped: boolean;
  isLocal: boolean;
  withReplica: boolean;
}

// Follows the end until somebody scrolls up, and again from "Scroll to Bottom".
export function LogView({ lines, empty, isWrapped, isLocal, withReplica }: LogViewProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    getItemKey: (index) => `${lines[index]?.replica}:${lines[index]?.number}`,
  });
  const height = rows.getTotalSize();
  useEffect(() => rows.measure(), [isWrapped, rows]);
  useLayoutEffect(() => {
    if (isFollowing && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [isFollowing, height]);
  const onScroll = () => {
    const element = box.current;
    if (element) setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END);
  };
  return (
    <div className="log-frame">
      <div ref={box} className={isWrapped ? 'log-box log-wrapped' : 'log-box'} onScroll={onScroll} tabIndex={0} role="log" aria-label={t('detail.tab.logs')} aria-live="off">
        {empty && <p className="log-empty">{empty}</p>}
        <div className="virtual" style={{ height }}>
          {rows.getVirtualItems().map((row) => {
            const line = lines[row.index];
            return (
              line && (
                <div
                  key={row.key}
                  ref={isWrapped ? rows.measureElement : undefined}
                  data-index={row.index}
                  className={`log-line log-${line.stream}`}
                  style={{ transform: `translateY(${row.start}px)` }}
                >
                  <LineText line={line} isLocal={isLocal} withReplica={withReplica} />
                </div>
              )
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

function LineText({ line, isLocal, withReplica }: { line: LogLine; isLocal: boolean; withReplica: boolean }) {
  const { t } = useTranslation();
  const time = isLocal ? new Date(line.time).toLocaleTimeString(undefined, { hour12: false }) : line.time.slice(11, 23);
  const cut = line.line.length - LONGEST;
  return (
    <>
      <span className="log-time" title={line.time}>
        {time}
      </span>
      {withReplica && <span className="log-replica">{line.replica}</span>}
      <span className="log-text">
        {spansOf(cut > 0 ? line.line.slice(0, LONGEST) : line.line).map((span, index) => (
          <span key={index} className={span.classes}>
            {span.text}
          </span>
        ))}
        {cut > 0 && <em> {t('logs.cut', { count: cut })}</em>}
      </span>
    </>
  );
}
