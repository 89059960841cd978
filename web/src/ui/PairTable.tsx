import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

const FIRST = 20;

// Names and values; a few at first when there are thousands.
export function PairTable({ pairs, caption }: { pairs: readonly (readonly [string, string])[]; caption: string }) {
  const { t } = useTranslation();
  const [isWhole, setWhole] = useState(false);
  if (pairs.length === 0) return <p className="muted">-</p>;
  return (
    <>
      <table className="plain-table">
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('list.name')}</th>
            <th scope="col">{t('common.value')}</th>
          </tr>
        </thead>
        <tbody>
          {(isWhole ? pairs : pairs.slice(0, FIRST)).map(([name, value]) => (
            <tr key={name}>
              <td>{name}</td>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!isWhole && pairs.length > FIRST && (
        <Button type="link" onClick={() => setWhole(true)}>
          {t('list.more', { count: pairs.length - FIRST })}
        </Button>
      )}
    </>
  );
}
