CREATE FUNCTION mapgrid_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO core_datachange ("table", at) VALUES (TG_TABLE_NAME, now());
    RETURN NULL;
END $$;
