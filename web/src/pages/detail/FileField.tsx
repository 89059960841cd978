import { useEffect, useState, type ChangeEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { bytes } from '../../lib/format';
import { bodyOfBytes } from '../../lib/playground';
import { Field } from '../../ui/Field';

interface FileFieldProps {
  // The most that the deployment takes in a request.
  limit: number;
  onBody: (body: string | undefined) => void;
}

// An image is shown before it is sent.
export function FileField({ limit, onBody }: FileFieldProps) {
  const { t, i18n } = useTranslation();
  const [preview, setPreview] = useState('');
  const [size, setSize] = useState(0);
  useEffect(() => () => URL.revokeObjectURL(preview), [preview]);
  const take = async (event: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = event.target.files ?? [];
    setPreview(chosen?.type.startsWith('image/') ? URL.createObjectURL(chosen) : '');
    const body = chosen && bodyOfBytes(new Uint8Array(await chosen.arrayBuffer()));
    setSize(body?.length ?? 0);
    onBody(body && body.length <= limit ? body : undefined);
  };
  const long = size > limit ? t('playground.tooLong', { size: bytes(size, i18n.language), limit: bytes(limit, i18n.language) }) : '';
  return (
    <>
      <Field id="playground-file" label={t('playground.file')} hint={t('playground.fileHint')} {...(long && { error: long })}>
        <input id="playground-file" type="file" onChange={(event) => void take(event)} />
      </Field>
      {preview && <img className="playground-image" src={preview} alt={t('playground.imageAlt')} />}
    </>
  );
}
