import DeleteOutlined from '@ant-design/icons/DeleteOutlined';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

interface PairRowProps {
  index: number;
  offset: number;
  title: string;
  nameWord: string;
  valueWord: string;
  isShown: boolean;
  onRemove: () => void;
}

export function PairRow({ index, offset, title, nameWord, valueWord, isShown, onRemove }: PairRowProps) {
  const { t } = useTranslation();
  return (
    <div className="pair-row" style={{ transform: `translateY(${offset}px)` }}>
      <Form.Item name={[index, 'name']} noStyle>
        <Input placeholder={nameWord} aria-label={`${title} ${index + 1}: ${nameWord}`} />
      </Form.Item>
      <Form.Item name={[index, 'value']} noStyle>
        <Input type={isShown ? 'text' : 'password'} autoComplete="off" placeholder={valueWord} aria-label={`${title} ${index + 1}: ${valueWord}`} />
      </Form.Item>
      <Button type="text" icon={<DeleteOutlined aria-hidden />} aria-label={t('form.removeRow', { row: index + 1, title })} onClick={onRemove} />
    </div>
  );
}
