export function ListSkeleton() {
  return (
    <div className="cards-skeleton" aria-hidden="true">
      {Array.from({ length: 6 }, (_, index) => (
        <div key={index} className="card skeleton" />
      ))}
    </div>
  );
}
